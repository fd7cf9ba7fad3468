"""A decorator that loads the entity and hands it to a function that reads."""
import functools

from sqlalchemy.orm import Session

from models import Book


def with_book(function):
    @functools.wraps(function)
    def wrapper(db: Session, ident):
        book = db.query(Book).filter(Book.id == ident).first()
        if book is None:
            return None
        return function(db, book)

    return wrapper


@with_book
def tags(db: Session, book):
    return [t.name for t in book.tags]


@with_book
def writer(db: Session, book):
    return book.author.name


def case(db: Session):
    return [tags(db, 1), writer(db, 3), tags(db, 99)]
