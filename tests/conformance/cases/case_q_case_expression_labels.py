"""Queries: case expression labels."""

from sqlalchemy import case as when, func, literal
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    kind = when((Book.price > 18, "dear"), else_="cheap").label("kind")
    rows = db.query(kind, func.count(Book.id), literal(1).label("one")).group_by(kind).order_by(kind).all()
    return [(r.kind, r[1], r.one) for r in rows]
