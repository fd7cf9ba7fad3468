"""A column set to a SQL expression; it is read after the flush."""
from sqlalchemy.orm import Session

from models import Book


def case(db: Session):
    book = db.query(Book).filter(Book.id == 2).one()
    book.stock = Book.stock + 5
    db.flush()
    return [book.stock, book.title]
