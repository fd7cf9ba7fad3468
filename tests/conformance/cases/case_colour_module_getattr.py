"""A registry filled by __init_subclass__, dispatched by key."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Handler:
    registry = {}

    def __init_subclass__(cls, *, key):
        cls.registry[key] = cls

    def __init__(self, db: Session):
        self.db = db

    def handle(self, value):
        raise NotImplementedError


class ByAuthor(Handler, key="author"):
    def handle(self, value):
        return self.db.get(Author, value).name


class ByBook(Handler, key="book"):
    def handle(self, value):
        return self.db.get(Book, value).title


def dispatch(db: Session, key, value):
    return Handler.registry[key](db).handle(value)


def case(db: Session):
    return dispatch(db, "author", 1), dispatch(db, "book", 1)
