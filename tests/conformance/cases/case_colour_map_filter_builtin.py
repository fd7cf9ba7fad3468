"""Colour: map filter builtin."""

from sqlalchemy.orm import Session
from models import Author, Book


def author_of(db, book):
    return db.query(Author).filter(Author.id == book.author_id).first()


def has_author(db, book):
    return db.query(Author).filter(Author.id == book.author_id).count() > 0


def case(db: Session):
    books = db.query(Book).order_by(Book.id).all()
    names = list(map(lambda b: author_of(db, b).name if b.author_id else None, books))
    kept = [b.id for b in filter(lambda b: has_author(db, b), books)]
    return [names, kept]
