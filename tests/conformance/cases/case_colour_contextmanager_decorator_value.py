"""Colour: contextmanager decorator value."""

from contextlib import contextmanager
from sqlalchemy.orm import Session
from models import Author, Event


@contextmanager
def unit(db: Session):
    try:
        yield db
        db.commit()
    except Exception:
        db.rollback()
        raise


def case(db: Session):
    with unit(db) as s:
        s.add(Event(name="x"))
    try:
        with unit(db) as s:
            s.add(Event(name="y"))
            s.flush()
            raise ValueError
    except ValueError:
        pass
    with unit(db), unit(db) as t:
        n = t.query(Author).count()
    return [n, db.query(Event).count()]
