"""Queries built by partial, composed functions and chained steps in a list."""
from functools import partial

from sqlalchemy.orm import Session

from models import Book


def at_least(query, column, value):
    return query.filter(column >= value)


def in_status(status):
    def step(query):
        return query.filter(Book.status == status)
    return step


STEPS = [in_status("live"), lambda q: at_least(q, Book.price, 15), lambda q: q.order_by(Book.id)]


def compose(query, steps):
    for step in steps:
        query = step(query)
    return query


def case(db: Session):
    rich = partial(at_least, column=Book.price)
    return [
        [b.id for b in compose(db.query(Book), STEPS)],
        rich(db.query(Book), value=20).count(),
        [t for t, in compose(db.query(Book.title), [in_status("draft"), lambda q: q.order_by(Book.title)])],
    ]
