"""Queries: session no autoflush."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    db.add(Author(name="Tmp"))
    with db.no_autoflush:
        before = db.query(Author).count()
    after = db.query(Author).count()
    return [before, after]
