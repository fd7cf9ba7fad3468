"""A context manager class whose __exit__ commits or rolls back, and one inside of it."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Transaction:
    def __init__(self, db: Session):
        self.db = db

    def __enter__(self):
        self.point = self.db.begin_nested()
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.point.commit()
        else:
            self.point.rollback()
        return kind is ValueError


def case(db: Session):
    with Transaction(db):
        db.add(Event(name="kept"))
    with Transaction(db) as t:
        db.add(Event(name="lost"))
        db.flush()
        raise ValueError
    return [e.name for e in db.query(Event).order_by(Event.id)]
