"""Colour: lambdas that query and are called later."""

from sqlalchemy.orm import Session
from models import Author, Book


CHECKS = {"count": lambda db: db.query(Author).count(), "first": lambda db, n=1: db.query(Book).filter(Book.id == n).first().title}


class Lazy:
    def __init__(self, make):
        self.make = make

    def value(self):
        return self.make()


def retry(action, times=2):
    last = None
    for _ in range(times):
        last = action()
    return last


def later(db: Session, name):
    return lambda: db.query(Author).filter(Author.name == name).one().id


def case(db: Session):
    steps = [lambda: db.query(Author).count(), lambda: [b.title for b in db.query(Book).order_by(Book.id).all()]]
    lazy = Lazy(make=lambda: db.query(Book).count() + 1)
    fns = []
    for name in ("Ada", "Bob"):
        fns.append(lambda name=name: db.query(Author).filter(Author.name == name).count() + 1)
    return [
        [step() for step in steps],
        lazy.value(),
        retry(lambda: db.query(Author).filter(Author.name == "Ada").first().name.upper()),
        [f() for f in fns],
        later(db, "Bob")(),
        CHECKS["count"](db),
        {name: check(db) for name, check in CHECKS.items()},
    ]
