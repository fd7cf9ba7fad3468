"""Loads: refresh then read."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    a.name = "Z"
    db.commit()
    db.refresh(a)
    return [a.name, [b.title for b in a.books], a.publisher.name]
