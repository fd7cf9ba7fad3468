"""yield_per with joins, in loops that break, with commits after."""
from sqlalchemy.orm import Session

from models import Book


def stream(db: Session, status):
    for book in db.query(Book).filter(Book.status == status).order_by(Book.id).yield_per(1):
        yield book.title


def first_expensive(db: Session):
    for book in db.query(Book).order_by(Book.id).yield_per(2):
        if book.price < 20:
            return book.id


def case(db: Session):
    total = 0
    for id_, price in db.query(Book.id, Book.price).yield_per(2):
        total += price
    return list(stream(db, "live")), first_expensive(db), total, [b.id for b in db.query(Book).join(Book.tags).order_by(Book.id).yield_per(10)]
