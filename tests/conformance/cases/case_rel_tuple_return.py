"""Loads: tuple return."""

from sqlalchemy.orm import Session
from models import Author, Book


def both(db: Session):
    return db.query(Author).get(1), db.query(Book).get(3)


def case(db: Session):
    author, book = both(db)
    return [len(author.books), book.author.name]
