"""Colour: cached property."""

from functools import cached_property
from sqlalchemy.orm import Session
from models import Author


class Stats:
    def __init__(self, db: Session):
        self.db = db
        self.calls = 0

    @cached_property
    def total(self):
        self.calls += 1
        return self.db.query(Author).count()


def case(db: Session):
    s = Stats(db)
    return [s.total, s.total + 1, s.calls]
