"""Forwarders with *args and **kwargs in front of functions that query."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def forward(function, *args, **kwargs):
    return function(*args, **kwargs)


def name(db: Session, key, suffix=""):
    return db.get(Author, key).name + suffix


def plus(a, b=1):
    return a + b


def case(db: Session):
    return forward(name, db, 1), forward(name, db, key=2, suffix="!"), forward(plus, 1, b=2)
