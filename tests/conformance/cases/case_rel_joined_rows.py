"""Loads: joined rows."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    out = []
    for author, book in db.query(Author, Book).join(Book, Book.author_id == Author.id).order_by(Book.id):
        out.append((author.publisher.name if author.publisher else None, [r.stars for r in book.reviews]))
    return out
