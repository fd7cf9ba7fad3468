"""Queries: with entities chain."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    q = db.query(Book).filter(Book.status == "live")
    total = q.with_entities(func.sum(Book.price)).scalar()
    names = [t for (t,) in q.with_entities(Book.title).order_by(Book.title)]
    n = q.with_entities(func.count()).scalar()
    return [total, names, n]
