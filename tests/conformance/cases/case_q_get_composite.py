"""Queries: get composite."""

from sqlalchemy.orm import Session
from models import Stock


def case(db: Session):
    a = db.query(Stock).get(("north", 1))
    b = db.query(Stock).get({"warehouse": "south", "book_id": 1})
    c = db.get(Stock, ("west", 1))
    return [a.quantity, b.quantity, c]
