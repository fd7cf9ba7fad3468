"""Queries: tuple in and between."""

from sqlalchemy import tuple_
from sqlalchemy.orm import Session
from models import Book, Stock


def case(db: Session):
    return [
        db.query(Stock).filter(tuple_(Stock.warehouse, Stock.book_id).in_([("north", 1)])).one().quantity,
        db.query(Book).filter(Book.price.between(10, 20)).count(),
        db.query(Book.id).filter(Book.title.startswith("E")).scalar(),
    ]
