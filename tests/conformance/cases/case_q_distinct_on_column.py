"""Queries: distinct on column."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    q = db.query(Book.status).distinct()
    return [
        sorted(s for (s,) in q),
        q.count(),
        db.query(func.count(Book.price.distinct())).scalar(),
        db.query(Book.author_id).filter(Book.author_id.isnot(None)).distinct().count(),
    ]
