"""Loads: index by id."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    authors = {a.id: a for a in db.query(Author)}
    out = []
    for book in db.query(Book).filter(Book.author_id.isnot(None)).order_by(Book.id):
        out.append((book.title, authors[book.author_id].publisher.name if authors[book.author_id].publisher else None))
    return out
