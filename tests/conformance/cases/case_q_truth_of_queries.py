"""Truth tests of queries: an optional query, `or` with a default, `not`."""
from sqlalchemy.orm import Query, Session
from typing import Optional

from models import Book


def listing(db: Session, query: Optional[Query] = None, limit=None):
    if not query:
        query = db.query(Book)
    if limit:
        query = query.limit(limit)
    return [b.id for b in query.order_by(None).order_by(Book.id)]


def total(db: Session, query=None):
    query = query or db.query(Book)
    return query.count()


def state(query):
    return "given" if query else "none"


def case(db: Session):
    live = db.query(Book).filter(Book.status == "live")
    return [
        listing(db), listing(db, live), total(db), total(db, live),
        state(live), state(None), bool(live), live is not None and live.count() > 2,
    ]
