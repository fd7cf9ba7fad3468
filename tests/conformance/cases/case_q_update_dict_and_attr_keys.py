"""Queries: update dict and attr keys."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    n = db.query(Book).filter(Book.status == "draft").update({"status": "live", Book.stock: Book.stock + 1})
    db.flush()
    m = db.query(Book).filter_by(id=1).update({Book.price: Book.price * 2}, synchronize_session="evaluate")
    b = db.query(Book).get(1)
    db.commit()
    return [n, m, b.price, sorted(b.stock for b in db.query(Book))]
