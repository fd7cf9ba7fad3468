"""A column with onupdate= read after a flush and after a commit."""
from sqlalchemy.orm import Session

from models import Book


def case(db: Session):
    book = db.query(Book).filter(Book.id == 2).one()
    book.title = "Notes 2"
    db.flush()
    first = book.updates
    book.title = "Notes 3"
    db.commit()
    return [first, book.updates, book.title]
