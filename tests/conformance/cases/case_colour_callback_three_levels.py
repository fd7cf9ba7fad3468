"""Colour: a callback passed through three functions."""

from sqlalchemy.orm import Session
from models import Author, Book


def outer(db: Session, fn, *args, **kwargs):
    return middle(db, fn, *args, **kwargs)


def middle(db: Session, fn, *args, **kwargs):
    return inner(db, callback=fn, args=args, kwargs=kwargs)


def inner(db: Session, callback, args, kwargs):
    return callback(db, *args, **kwargs)


def count(db: Session, cls, minimum=0):
    return db.query(cls).filter(cls.id > minimum).count()


def title(db: Session, ident):
    return db.get(Book, ident).title


def case(db: Session):
    return [outer(db, count, Author), outer(db, count, Book, minimum=1), outer(db, title, 1)]
