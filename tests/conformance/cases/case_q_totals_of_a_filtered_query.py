"""Queries: sums and extremes taken from a query that was filtered before."""
from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Book


def filtered(db: Session, status=None, minimum=None):
    query = db.query(Book)
    if status:
        query = query.filter(Book.status == status)
    if minimum is not None:
        query = query.filter(Book.price >= minimum)
    return query


def summary(query):
    return {
        "count": query.count(),
        "sum": query.with_entities(func.sum(Book.price)).scalar() or 0,
        "range": tuple(query.with_entities(func.min(Book.price), func.max(Book.price)).one()),
        "ids": [row.id for row in query.with_entities(Book.id).order_by(Book.id)],
        "first": query.order_by(Book.price, Book.id).with_entities(Book.title).first(),
    }


def case(db: Session):
    return summary(filtered(db)), summary(filtered(db, "live", 20)), summary(filtered(db, "lost"))
