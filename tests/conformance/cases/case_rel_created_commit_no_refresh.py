"""Loads: created commit no refresh."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    book = Book(title="New", author_id=1)
    db.add(book)
    db.commit()
    return [book.title, book.status, book.author.name, book.price]
