"""The usual update function: setattr in a loop, commit, refresh, return; the caller reads relationships."""
from sqlalchemy.orm import Session

from models import Book


def update(db: Session, book_id, data):
    book = db.query(Book).filter(Book.id == book_id).first()
    if book is None:
        return None
    for key, value in data.items():
        setattr(book, key, value)
    db.commit()
    db.refresh(book)
    return book


def case(db: Session):
    book = update(db, 1, {"title": "Engines 2", "author_id": 2})
    missing = update(db, 99, {})
    return [book.title, book.author.name, [r.stars for r in book.reviews], missing]
