"""Loads: update through relationship."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    book = db.query(Book).get(1)
    book.author.age += 1
    for other in book.author.books:
        other.price += 1
    db.commit()
    return [db.query(Author).get(1).age, [b.price for b in db.query(Book).order_by(Book.id)]]
