"""Loads: created and refreshed."""

from sqlalchemy.orm import Session
from models import Author, Book


def create(db: Session, title, author_id):
    book = Book(title=title, author_id=author_id)
    db.add(book)
    db.commit()
    db.refresh(book)
    return book


def case(db: Session):
    book = create(db, "New", 2)
    return [book.author.name, book.status, [t.name for t in book.tags], book.reviews]
