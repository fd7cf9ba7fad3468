"""Loads: association proxy list."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    return [list(b.tag_names) for b in db.query(Book).order_by(Book.id)]
