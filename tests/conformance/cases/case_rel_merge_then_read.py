"""Loads: merge then read."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    m = db.merge(Author(id=1, name="Changed"))
    return [m.name, m.publisher.name, len(m.books)]
