"""A property whose setter flushes."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Editor:
    def __init__(self, db: Session, key):
        self.db = db
        self.author = db.get(Author, key)

    @property
    def name(self):
        return self.author.name

    @name.setter
    def name(self, value):
        self.author.name = value
        self.db.flush()


def case(db: Session):
    editor = Editor(db, 1)
    editor.name = "Zed"
    return editor.name, db.query(Author).filter(Author.name == "Zed").count()
