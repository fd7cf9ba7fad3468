"""Colour: augmented and unpack."""

from sqlalchemy.orm import Session
from models import Author, Book


def counts(db: Session):
    return db.query(Author).count(), db.query(Book).count()


def case(db: Session):
    a, b = counts(db)
    total = 0
    total += counts(db)[0]
    totals = {"x": 1}
    totals["x"] += counts(db)[1]
    first, *_ = counts(db)
    return [a, b, total, totals, first]
