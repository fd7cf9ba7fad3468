"""A pipeline: functions in a tuple, each fed with what the one before gave."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def load(db: Session, key):
    return db.get(Author, key)


def shout(db: Session, author):
    return author.name.upper()


def record(db: Session, text):
    db.add(Event(name=text))
    db.flush()
    return text + "!"


STEPS = (load, shout, record)


def run(db: Session, value):
    for step in STEPS:
        value = step(db, value)
    return value


def case(db: Session):
    return run(db, 1), run(db, 2), [e.name for e in db.query(Event).order_by(Event.id)]
