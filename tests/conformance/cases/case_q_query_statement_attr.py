"""Queries: query statement attr."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    q = db.query(Book.id).filter(Book.price > 10).order_by(Book.id)
    return [[r[0] for r in db.execute(q.statement)], "books" in str(q), len(q.column_descriptions)]
