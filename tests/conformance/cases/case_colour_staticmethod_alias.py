"""A static method kept as an attribute and called through it; a bound method in a dict."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Tools:
    @staticmethod
    def name(db: Session, key):
        return db.get(Author, key).name

    def __init__(self, db: Session):
        self.db = db
        self.table = {"name": self.by_key, "count": self.count}

    def by_key(self, key):
        return Tools.name(self.db, key)

    def count(self, key):
        return self.db.query(Book).filter(Book.author_id == key).count()

    def run(self, what, key):
        return self.table[what](key)


def case(db: Session):
    tools = Tools(db)
    return tools.run("name", 1), tools.run("count", 1)
