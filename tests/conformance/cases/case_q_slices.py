"""Queries: slices."""

from sqlalchemy.orm import Session
from models import Book


def page(db: Session, lo, hi):
    return [b.id for b in db.query(Book).order_by(Book.id)[lo:hi]]


def case(db: Session):
    q = db.query(Book).order_by(Book.id)
    return [
        page(db, 0, 2),
        page(db, 1, None),
        q[2].title,
        [b.id for b in q.slice(1, 3)],
        [b.id for b in q[:2]],
        q[-1].id if False else None,
    ]
