"""Colour: handlers that hand on to the next."""

from sqlalchemy.orm import Session
from models import Author, Book


class Handler:
    def __init__(self, db: Session, then=None):
        self.db, self.then = db, then

    def handle(self, name):
        found = self.find(name)
        if found is None and self.then is not None:
            return self.then.handle(name)
        return found

    def find(self, name):
        return None


class ByAuthor(Handler):
    def find(self, name):
        row = self.db.query(Author).filter(Author.name == name).first()
        return row and ("author", row.id)


class ByTitle(Handler):
    def find(self, name):
        row = self.db.query(Book).filter(Book.title == name).first()
        return ("book", row.id) if row else None


def case(db: Session):
    chain = ByAuthor(db, ByTitle(db, Handler(db)))
    return [chain.handle("Ada"), chain.handle("Engines"), chain.handle("none")]
