"""setattr from a dictionary, a foreign key among it, commit, refresh, nested read."""
from sqlalchemy.orm import Session

from models import Author, Book


def update(db: Session, book: Book, data: dict) -> Book:
    for key, value in data.items():
        setattr(book, key, value)
    db.add(book)
    db.commit()
    db.refresh(book)
    return book


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).first()
    first = book.author.name
    book = update(db, book, {"title": "T", "author_id": 2})
    out = [first, book.author.name, [t.name for t in book.tags], len(book.author.books)]
    book = update(db, book, {"author_id": None})
    out.append(book.author)
    return out
