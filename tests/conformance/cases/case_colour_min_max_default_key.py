"""Colour: min and max by what is queried, empty and with ties."""

from sqlalchemy.orm import Session
from models import Author, Book


def books_of(db: Session, author):
    return db.query(Book).filter(Book.author_id == author.id).count()


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    key = lambda a: (books_of(db, a), -a.id)
    return [
        max(authors, key=lambda a: books_of(db, a)).name,
        min(authors, key=key).name,
        min([], key=lambda a: books_of(db, a), default="none"),
        [a.name for a in sorted(authors, key=lambda a: books_of(db, a), reverse=True)],
        max(books_of(db, a) for a in authors),
        next((a.name for a in authors if books_of(db, a) == 0), "all have some"),
        any(books_of(db, a) > 100 for a in authors),
        all(books_of(db, a) >= 0 for a in authors),
        sum(books_of(db, a) for a in authors if a.active),
    ]
