"""Colour: decorators with arguments, one with a cache, one that turns errors into values."""

import functools

from sqlalchemy.orm import Session
from models import Author, Book


def default_on(error, value):
    def decorate(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            try:
                return func(*args, **kwargs)
            except error:
                return value

        return wrapper

    return decorate


def memo(func):
    known = {}

    @functools.wraps(func)
    def wrapper(db, key):
        if key not in known:
            known[key] = func(db, key)
        return known[key]

    wrapper.known = known
    return wrapper


calls = []


@default_on(AttributeError, "nobody")
def name_of(db: Session, ident):
    return db.get(Author, ident).name


@memo
@default_on(AttributeError, None)
def age_of(db: Session, ident):
    calls.append(ident)
    return db.query(Author).filter(Author.id == ident).first().age


def case(db: Session):
    calls.clear()
    return [name_of(db, 1), name_of(db, 99), age_of(db, 1), age_of(db, 1), age_of(db, 98), calls, name_of.__name__]
