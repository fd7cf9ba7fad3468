"""Queries: which terminal runs is decided in an expression."""
from sqlalchemy.orm import Session
from models import Book


def books(db: Session, limit=None, single=False):
    query = db.query(Book).order_by(Book.id)
    found = query.all() if limit is None else query.limit(limit).all()
    return (query.first() or None) if single else [b.id for b in found]


def case(db: Session):
    title = book.title if (book := db.query(Book).filter(Book.id == 2).first()) else "none"
    missing = book.title if (book := db.query(Book).filter(Book.id == 99).first()) else "none"
    return books(db), books(db, 2), books(db, single=True).id, title, missing
