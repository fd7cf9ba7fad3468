"""Queries: rows with a key of two columns."""
from sqlalchemy import tuple_
from sqlalchemy.orm import Session
from models import Book, Stock


def case(db: Session):
    keys = [("north", 1), ("south", 2)]
    found = db.query(Stock).filter(tuple_(Stock.warehouse, Stock.book_id).in_(keys)).all()
    total = {w: q for w, q in db.query(Stock.warehouse, Stock.quantity).filter_by(book_id=1)}
    moved = db.query(Stock).filter_by(warehouse="north").update({Stock.quantity: 1})
    rows = db.query(Book.title, Stock).join(Stock, Stock.book_id == Book.id).order_by(Stock.warehouse).all()
    return [
        [(s.warehouse, s.book_id) for s in found], db.query(Stock).get(("south", 1)).quantity,
        db.query(Stock).get({"warehouse": "north", "book_id": 9}), total, moved,
        [(title, stock.warehouse, stock.quantity) for title, stock in rows],
    ]
