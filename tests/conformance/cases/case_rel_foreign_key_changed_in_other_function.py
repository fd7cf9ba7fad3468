"""A foreign key set by a helper, flushed, then the relationship is read."""
from sqlalchemy.orm import Session

from models import Book


def move(book, author_id):
    book.author_id = author_id


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    before = book.author.name
    move(book, 2)
    db.commit()
    return [before, book.author.name, len(book.author.books)]
