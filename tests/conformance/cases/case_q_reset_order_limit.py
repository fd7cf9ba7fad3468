"""Queries: reset order limit."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    q = db.query(Book).order_by(Book.price).limit(3)
    sub = q.subquery()
    q2 = db.query(Book).order_by(Book.price).order_by(None).order_by(Book.id.desc())
    return [db.query(sub).count(), q2.first().id, [r.title for r in db.query(sub.c.title).order_by(sub.c.title)]]
