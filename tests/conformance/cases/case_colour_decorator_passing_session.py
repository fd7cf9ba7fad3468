"""Colour: decorator passing session."""

import functools
from sqlalchemy.orm import Session
from models import Author


def with_author(fn):
    @functools.wraps(fn)
    def inner(db: Session, ident, *rest):
        author = db.query(Author).get(ident)
        if author is None:
            return "missing"
        return fn(db, author, *rest)

    return inner


@with_author
def title(db, author, suffix):
    return author.name + suffix


@with_author
def peers(db: Session, author):
    return db.query(Author).filter(Author.publisher_id == author.publisher_id).count()


def case(db: Session):
    return [title(db, 1, "!"), title(db, 99, "!"), peers(db, 1)]
