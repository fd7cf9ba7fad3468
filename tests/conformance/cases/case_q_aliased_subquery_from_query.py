"""Queries: aliased subquery from query."""

from sqlalchemy.orm import Session, aliased
from models import Book


def case(db: Session):
    sub = db.query(Book).filter(Book.status == "live").subquery()
    live = aliased(Book, sub)
    return [b.id for b in db.query(live).filter(live.price > 15).order_by(live.id)]
