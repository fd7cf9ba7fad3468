"""Entities in a NamedTuple and in merged dicts."""
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import Author, Book


class Pair(NamedTuple):
    author: Author
    book: Book


def pairs(db: Session):
    authors = {a.id: a for a in db.query(Author).all()}
    return [Pair(authors[b.author_id], b) for b in db.query(Book).filter(Book.author_id.isnot(None)).order_by(Book.id)]


def case(db: Session):
    first = {"a": db.get(Author, 1)}
    both = {**first, "b": db.get(Author, 2)}
    return [[(p.author.publisher.name, len(p.book.tags)) for p in pairs(db)], [x.profile.bio for x in both.values()]]
