"""Loads: dataclass from entity."""

from dataclasses import dataclass
from sqlalchemy.orm import Session
from models import Book


@dataclass
class Row:
    title: str
    author: str
    tags: list

    @classmethod
    def of(cls, book: Book):
        return cls(book.title, book.author.name if book.author else "-", [t.name for t in book.tags])


def case(db: Session):
    return [Row.of(b).__dict__ for b in db.query(Book).order_by(Book.id)]
