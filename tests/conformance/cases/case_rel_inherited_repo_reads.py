"""Loads: inherited repo reads."""

from sqlalchemy.orm import Session
from models import Author, Book


class Base_:
    model = None

    def __init__(self, db: Session):
        self.db = db

    def get(self, ident):
        return self.db.query(self.model).filter(self.model.id == ident).first()

    def describe(self, ident):
        return self.line(self.get(ident))


class Authors(Base_):
    model = Author

    def line(self, a):
        return f"{a.name} {len(a.books)}"


class Books(Base_):
    model = Book

    def line(self, b):
        return f"{b.title} by {b.author.name}"


def case(db: Session):
    return [Authors(db).describe(1), Books(db).describe(3)]
