"""Colour: generator function for."""

from sqlalchemy.orm import Session
from models import Author, Book


def walk(db: Session):
    for author in db.query(Author).order_by(Author.id):
        n = db.query(Book).filter(Book.author_id == author.id).count()
        yield author.name, n


def busy(db):
    for name, n in walk(db):
        if n:
            yield name


def case(db: Session):
    return [list(walk(db)), [x for x in busy(db)], dict(walk(db)), sum(n for _, n in walk(db)), next(walk(db))]
