"""Colour: context managers inside generators inside context managers."""

from contextlib import contextmanager

from sqlalchemy.orm import Session
from models import Author, Book


@contextmanager
def savepoint(db: Session):
    nested = db.begin_nested()
    try:
        yield nested
        nested.commit()
    except ValueError:
        nested.rollback()


def changes(db: Session):
    for ident in (1, 2, 3):
        with savepoint(db):
            author = db.get(Author, ident)
            if author is None:
                raise ValueError("gone")
            author.age = 30 + ident
            db.flush()
            yield author.name


def case(db: Session):
    return [list(changes(db)), [a.age for a in db.query(Author).order_by(Author.id)]]
