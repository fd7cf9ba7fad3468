"""Queries: row mapping asdict."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    rows = db.query(Book.id, Book.title.label("t")).order_by(Book.id).limit(2).all()
    return [[r._asdict() for r in rows], [dict(r._mapping) for r in rows], rows[0]._fields]
