"""A bulk delete of children, then the parent's collection."""
from sqlalchemy.orm import Session

from models import Book, Review


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    db.query(Review).filter(Review.book_id == 1, Review.stars < 5).delete()
    db.commit()
    return [r.stars for r in book.reviews]
