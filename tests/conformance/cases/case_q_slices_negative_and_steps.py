"""Slices of ordered queries: open ends, empty ones, steps, on top of an offset."""
from sqlalchemy.orm import Session

from models import Book


def page(query, number, size=2):
    start = (number - 1) * size
    return query[start:start + size]


def case(db: Session):
    ordered = db.query(Book.id).order_by(Book.id)
    ids = db.query(Book).order_by(Book.id)
    return [
        [r.id for r in ordered[1:3]],
        [b.id for b in ids[2:]],
        [b.id for b in ids[:2]],
        ids[3].id,
        [b.id for b in ids[::2]],
        [b.id for b in page(ids, 2)],
        [b.id for b in page(ids.filter(Book.status == "live"), 5)],
        [b.id for b in ids.offset(1)[1:3]],
        ids[2:2],
    ]
