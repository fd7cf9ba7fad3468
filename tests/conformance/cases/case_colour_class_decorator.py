"""A decorator that is a class with __call__; stacked on another."""
import functools

from sqlalchemy.orm import Session

from models import Author, Book, Event


class Counted:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function
        self.calls = 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.function(*args, **kwargs)


def tagged(tag):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return tag, function(*args, **kwargs)
        return wrapper
    return decorate


@Counted
@tagged("t")
def name(db: Session, key):
    return db.get(Author, key).name


@tagged("plain")
def twice(x):
    return 2 * x


def case(db: Session):
    return name(db, 1), name(db, 2), name.calls, twice(2)
