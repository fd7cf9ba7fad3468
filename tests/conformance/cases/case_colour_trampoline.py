"""Mutually recursive generators with yield from."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def walk(db: Session, keys):
    for key in keys:
        yield from one(db, key)


def one(db: Session, key):
    author = db.get(Author, key)
    yield author.name
    if author.id == 1:
        yield from walk(db, [2])


def case(db: Session):
    return list(walk(db, [1, 3])), sum(1 for _ in walk(db, [1])), ",".join(walk(db, [2]))
