"""Queries: execution options yield."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    out = []
    for b in db.query(Book).order_by(Book.id).execution_options(stream_results=True).yield_per(2):
        out.append(b.id)
    return out
