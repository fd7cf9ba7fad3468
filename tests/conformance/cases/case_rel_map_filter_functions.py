"""map and filter with named functions that read."""
from sqlalchemy.orm import Session

from models import Book


def has_reviews(book):
    return len(book.reviews) > 0


def author_name(book):
    return book.author.name


def case(db: Session):
    books = db.query(Book).filter(Book.author_id.isnot(None)).order_by(Book.id).all()
    return list(map(author_name, filter(has_reviews, books)))
