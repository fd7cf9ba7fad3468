"""itertools.groupby over a sort key that reads two relationships."""
from itertools import groupby

from sqlalchemy.orm import Session

from models import Book


def publisher_name(book):
    return book.author.publisher.name if book.author and book.author.publisher else ""


def case(db: Session):
    books = sorted(db.query(Book).order_by(Book.id).all(), key=publisher_name)
    return [(name, [b.title for b in group]) for name, group in groupby(books, key=publisher_name)]
