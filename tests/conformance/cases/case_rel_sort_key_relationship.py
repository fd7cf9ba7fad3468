"""Loads: sort key relationship."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    authors = db.query(Author).all()
    authors.sort(key=lambda a: (len(a.books), a.id))
    best = max(db.query(Book).all(), key=lambda b: len(b.reviews))
    return [[a.id for a in authors], best.id]
