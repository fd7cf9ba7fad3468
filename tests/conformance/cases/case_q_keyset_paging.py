"""Queries: pages that begin behind the last key."""
from sqlalchemy import and_, or_
from sqlalchemy.orm import Session
from models import Book


def page(db: Session, after=None, size: int = 2):
    query = db.query(Book).order_by(Book.price.desc(), Book.id)
    if after is not None:
        price, key = after
        query = query.filter(or_(Book.price < price, and_(Book.price == price, Book.id > key)))
    books = query.limit(size + 1).all()
    more = len(books) > size
    books = books[:size]
    return [b.id for b in books], (books[-1].price, books[-1].id) if more else None


def case(db: Session):
    pages, cursor = [], None
    while True:
        ids, cursor = page(db, cursor)
        pages.append(ids)
        if cursor is None:
            return pages
