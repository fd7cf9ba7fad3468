"""Queries: query stored on self."""

from sqlalchemy.orm import Session
from models import Book


class Finder:
    def __init__(self, db: Session):
        self._query = db.query(Book)

    def status(self, s):
        self._query = self._query.filter(Book.status == s)
        return self

    def cheaper(self, p):
        self._query = self._query.filter(Book.price < p)
        return self

    def all(self):
        return self._query.order_by(Book.id).all()

    def count(self):
        return self._query.count()

    def first(self):
        return self._query.first()


def case(db: Session):
    return [
        [b.id for b in Finder(db).status("live").cheaper(25).all()],
        Finder(db).cheaper(16).count(),
        Finder(db).status("x").first(),
    ]
