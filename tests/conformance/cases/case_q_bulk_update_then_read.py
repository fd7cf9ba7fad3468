"""Queries: an update and the objects that are in the session."""
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    before = book.price
    changed = db.query(Book).filter(Book.author_id == 1).update({"price": Book.price + 5})
    seen = book.price
    db.query(Book).filter(Book.id == 1).update({Book.status: "sale"}, synchronize_session="fetch")
    status = book.status
    db.query(Book).filter(Book.price > 30).update(dict(stock=7), synchronize_session="evaluate")
    return before, changed, seen, status, book.stock, [b.price for b in db.query(Book).order_by(Book.id)]
