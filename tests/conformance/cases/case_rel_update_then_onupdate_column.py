"""Loads: update then onupdate column."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    book = db.query(Book).get(1)
    book.title = "X"
    db.flush()
    first = book.updates
    book.title = "Y"
    db.commit()
    return [first, book.updates, book.title]
