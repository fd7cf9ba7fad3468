"""Colour: contextmanager class."""

from sqlalchemy.orm import Session
from models import Event


class Audit:
    def __init__(self, db: Session, name):
        self.db, self.name = db, name

    def __enter__(self):
        self.db.add(Event(name=f"begin {self.name}"))
        self.db.flush()
        return self

    def __exit__(self, exc_type, exc, tb):
        self.db.add(Event(name=f"end {self.name} {exc_type.__name__ if exc_type else 'ok'}"))
        self.db.flush()
        return exc_type is KeyError

    def count(self):
        return self.db.query(Event).count()


def case(db: Session):
    with Audit(db, "a") as audit:
        n = audit.count()
    with Audit(db, "b"):
        raise KeyError("x")
    return [n, sorted(e.name for e in db.query(Event))]
