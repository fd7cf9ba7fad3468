"""Queries: union then filter order."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    q1 = db.query(Book).filter(Book.status == "live")
    q2 = db.query(Book).filter(Book.price == 15)
    q = q1.union(q2).filter(Book.stock > 0).order_by(Book.title)
    return [b.title for b in q]
