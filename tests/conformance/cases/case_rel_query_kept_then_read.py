"""Loads: query kept then read."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    q = db.query(Book).filter(Book.author_id.isnot(None))
    n = q.count()
    q = q.order_by(Book.id)
    return [n] + [b.author.name for b in q.limit(2)] + [q.first().author.email]
