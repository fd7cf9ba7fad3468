"""Colour: a class made through a table of classes and by partial."""

from sqlalchemy.orm import Session
from models import Author, Book


class Loaded:
    def __init__(self, db: Session):
        self.db = db

    def first(self):
        return self.db.query(Author).order_by(Author.id).first().name


class Other(Loaded):
    def first(self):
        return self.db.query(Book).order_by(Book.id).first().title


CLASSES = {"a": Loaded, "b": Other}


def make(kind, db: Session):
    return CLASSES[kind](db)


def case(db: Session):
    return [make(k, db).first() for k in "ab"] + [cls(db).first() for cls in CLASSES.values()]
