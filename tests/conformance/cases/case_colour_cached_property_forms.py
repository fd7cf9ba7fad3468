"""Colour: cached properties that query, one built on another, one forgotten, one inherited."""

import functools
from functools import cached_property
from sqlalchemy.orm import Session
from models import Author, Book


class Stats:
    def __init__(self, db: Session):
        self.db = db
        self.calls = []

    @cached_property
    def total(self) -> int:
        """How many there are."""
        self.calls.append("total")
        return self.db.query(Author).count()

    @functools.cached_property
    def doubled(self):
        self.calls.append("doubled")
        if self.total == 0:
            return None
        return self.total * 2

    @cached_property
    def label(self):
        return "stats"

    def forget(self):
        self.__dict__.pop("total", None)

    def books(self, status):
        if "total" in self.__dict__:
            return self.total + self.db.query(Book).filter(Book.status == status).count()
        return self.total


class More(Stats):
    @cached_property
    def extra(self):
        return self.doubled + 1


def case(db: Session):
    s = Stats(db)
    out = [s.books("live"), s.doubled, s.total, s.books("live"), s.label]
    s.forget()
    out += [s.total, s.total, s.calls]
    m = More(db)
    out += [m.extra, m.extra, m.calls, sum(x.total for x in (s, m))]
    return out
