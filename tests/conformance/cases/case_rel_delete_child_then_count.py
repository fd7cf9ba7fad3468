"""A child deleted by the session, then the parent's collection counted."""
from sqlalchemy.orm import Session

from models import Book, Review


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    before = len(book.reviews)
    db.delete(db.get(Review, 1))
    db.commit()
    return [before, len(book.reviews)]
