"""Colour: chain of services."""

from sqlalchemy.orm import Session
from models import Author, Book, Event


class Notifier:
    def __init__(self, db: Session):
        self.db = db

    def send(self, text):
        self.db.add(Event(name=text))


class BookService:
    def __init__(self, db: Session, notifier: Notifier | None = None):
        self.db = db
        self.notifier = notifier or Notifier(db)

    def sell(self, ident, n):
        book = self.db.query(Book).filter(Book.id == ident).with_for_update().first()
        if not book or book.stock < n:
            return False
        book.stock -= n
        self.notifier.send(f"sold {n} {book.title}")
        self.db.commit()
        return True


class Shop:
    def __init__(self, db: Session):
        self.books = BookService(db)
        self.db = db

    def order(self, lines):
        return {i: self.books.sell(i, n) for i, n in lines}


def case(db: Session):
    return [Shop(db).order([(1, 2), (2, 1), (9, 1)]), [e.name for e in db.query(Event).order_by(Event.id)]]
