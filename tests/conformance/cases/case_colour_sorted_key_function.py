"""Colour: sorted key function."""

from sqlalchemy.orm import Session
from models import Author, Book


def book_count(db: Session, author):
    return db.query(Book).filter(Book.author_id == author.id).count()


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    ranked = sorted(authors, key=lambda a: (-book_count(db, a), a.id))
    best = max(authors, key=lambda a: book_count(db, a))
    authors.sort(key=lambda a: book_count(db, a))
    return [[a.id for a in ranked], best.id, [a.id for a in authors]]
