"""Queries: long lists of keys in chunks."""
from sqlalchemy.orm import Session
from models import Book


def chunks(items, size):
    for start in range(0, len(items), size):
        yield items[start : start + size]


def load(db: Session, keys, size: int = 2):
    found = {}
    for part in chunks(list(keys), size):
        for book in db.query(Book).filter(Book.id.in_(part)):
            found[book.id] = book.title
    return found


def case(db: Session):
    books = []
    for part in chunks([1, 2, 3, 4, 99], 3):
        books.extend(db.query(Book).filter(Book.id.in_(part)).order_by(Book.id))
    return load(db, [5, 1, 3, 42]), load(db, []), [b.id for b in books]
