"""Loads: expunge detached."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    titles = [b.title for b in a.books]
    db.expunge(a)
    return [titles, a.name]
