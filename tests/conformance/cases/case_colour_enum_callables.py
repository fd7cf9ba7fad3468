"""Colour: enum callables."""

from enum import Enum
from sqlalchemy.orm import Session
from models import Author


class Kind(Enum):
    ACTIVE = "active"
    OLD = "old"

    def count(self, db: Session):
        q = db.query(Author)
        if self is Kind.ACTIVE:
            q = q.filter(Author.active)
        else:
            q = q.filter(Author.age > 50)
        return q.count()


def case(db: Session):
    return [k.count(db) for k in Kind]
