"""functools.partial around a function that reads."""
from functools import partial

from sqlalchemy.orm import Session

from models import Author


def describe(separator, author):
    return separator.join(b.title for b in author.books)


def case(db: Session):
    show = partial(describe, " / ")
    return [show(a) for a in db.query(Author).order_by(Author.id).all()]
