"""Queries: aggregates scalar."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Book


class Stats:
    def __init__(self, db: Session):
        self.db = db

    def total(self):
        return self.db.query(func.sum(Book.price)).scalar() or 0

    def none(self):
        return self.db.query(func.max(Book.price)).filter(Book.id > 1000).scalar()

    def both(self):
        lo, hi = self.db.query(func.min(Book.price), func.max(Book.price)).one()
        return lo, hi


def case(db: Session):
    s = Stats(db)
    return [s.total(), s.none(), s.both(), s.total() - (s.none() or 1)]
