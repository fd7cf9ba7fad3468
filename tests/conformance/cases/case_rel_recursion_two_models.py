"""Mutually recursive serialisers with a depth limit."""
from sqlalchemy.orm import Session

from models import Author, Book


def author_dict(author, depth):
    out = {"name": author.name}
    if depth:
        out["books"] = [book_dict(b, depth - 1) for b in author.books]
    return out


def book_dict(book, depth):
    out = {"title": book.title}
    if depth:
        out["author"] = author_dict(book.author, depth - 1) if book.author else None
    return out


def case(db: Session):
    author = db.query(Author).filter(Author.id == 1).one()
    book = db.query(Book).filter(Book.id == 3).one()
    return [author_dict(author, 2), book_dict(book, 1)]
