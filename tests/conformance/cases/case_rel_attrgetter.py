"""Loads: attrgetter."""

from operator import attrgetter
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    books = db.query(Book).filter(Book.author_id.isnot(None)).all()
    return [b.id for b in sorted(books, key=attrgetter("author.name", "id"))]
