"""Queries: a query that callers may bring along."""
from sqlalchemy.orm import Session
from models import Book


def titles(db: Session, query=None, limit: int = 10):
    query = query or db.query(Book)
    return [b.title for b in query.order_by(Book.id).limit(limit)]


def counted(db: Session, base=None):
    if base is None:
        base = db.query(Book)
    return base.count()


def case(db: Session):
    live = db.query(Book).filter(Book.status == "live")
    return titles(db), titles(db, live, limit=2), counted(db), counted(db, live), counted(db, base=live.limit(1))
