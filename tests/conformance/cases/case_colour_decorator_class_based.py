"""Colour: a decorator that is a class, and one that takes arguments."""

from sqlalchemy.orm import Session
from models import Author, Book


class Counted:
    def __init__(self, func):
        self.func = func
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.func(*args, **kwargs)


@Counted
def total(db: Session, status=None):
    query = db.query(Book)
    if status:
        query = query.filter(Book.status == status)
    return query.count()


def case(db: Session):
    return [total(db), total(db, status="live"), total.calls]
