"""Colour: singledispatch."""

from functools import singledispatch
from sqlalchemy.orm import Session
from models import Author, Book


@singledispatch
def describe(obj, db: Session):
    return "?"


@describe.register
def _(obj: Author, db: Session):
    return f"{obj.name} {db.query(Book).filter(Book.author_id == obj.id).count()}"


@describe.register(Book)
def _book(obj, db: Session):
    return obj.title


def case(db: Session):
    return [describe(db.query(Author).get(1), db), describe(db.query(Book).get(1), db), describe(3, db)]
