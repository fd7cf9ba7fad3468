"""Colour: itertools groupby."""

from itertools import chain, groupby
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    books = db.query(Book).order_by(Book.status, Book.id)
    groups = {k: [b.id for b in g] for k, g in groupby(books, key=lambda b: b.status)}
    both = [x.id for x in chain(db.query(Author).order_by(Author.id), db.query(Book).order_by(Book.id))]
    return [
        groups,
        both,
        list(zip(db.query(Author.id).order_by(Author.id), range(2)))[0][0][0],
        list(enumerate(a.name for a in db.query(Author).order_by(Author.id))),
    ]
