"""Colour: dunder call."""

from sqlalchemy.orm import Session
from models import Book


class Price:
    def __init__(self, db: Session):
        self.db = db

    def __call__(self, title):
        return self.db.query(Book.price).filter(Book.title == title).scalar()


def case(db: Session):
    price = Price(db)
    return [price("Engines"), price("none"), [price(t) for t in ("Notes", "Rivers")], Price(db)("Stones")]
