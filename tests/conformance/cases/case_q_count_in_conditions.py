"""Queries in conditions of loops, asserts, comparisons and slices."""
from sqlalchemy.orm import Session

from models import Book, Review


def case(db: Session):
    seen = []
    while (left := db.query(Book).filter(Book.stock > 0).count()) and len(seen) < 3:
        book = db.query(Book).filter(Book.stock > 0).order_by(Book.id).first()
        book.stock = 0
        db.flush()
        seen.append((book.id, left))
    assert db.query(Book).count() >= 0, "never"
    names = ["a", "b", "c", "d"][: db.query(Review).count()]
    return [seen, names, 0 < db.query(Book).count() <= 100, db.query(Book).count() == db.query(Book.id).count()]
