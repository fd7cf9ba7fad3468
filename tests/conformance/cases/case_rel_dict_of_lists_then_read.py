"""Entities put into lists in a dict by one function, read by another in another order."""
from sqlalchemy.orm import Session

from models import Book


def by_status(db: Session):
    out = {}
    for book in db.query(Book).order_by(Book.id):
        out.setdefault(book.status, []).append(book)
    return out


def summary(groups):
    return {status: [len(b.reviews) for b in books] for status, books in groups.items()}


def case(db: Session):
    return summary(by_status(db))
