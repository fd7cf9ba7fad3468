"""Colour: arguments passed on by stars, partials of partials, partial as a method argument."""

import functools

from sqlalchemy.orm import Session
from models import Author, Book


def search(db: Session, model, *criteria, limit=None, **equal):
    query = db.query(model).filter(*criteria).filter_by(**equal).order_by(model.id)
    return query.limit(limit).all() if limit else query.all()


def names(db: Session, *args, **kwargs):
    return [a.name for a in search(db, Author, *args, **kwargs)]


def apply(fn, *args, **kwargs):
    return fn(*args, **kwargs)


def case(db: Session):
    one = functools.partial(search, db, Book)
    first = functools.partial(one, limit=1)
    return [names(db, Author.id > 1), names(db, active=True), [b.title for b in first()], [b.title for b in apply(one, Book.id < 3)], len(apply(first, status="live"))]
