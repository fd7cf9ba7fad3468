"""Queries: search fields from a table of column expressions."""
from sqlalchemy import or_
from sqlalchemy.orm import Session
from models import Author, Book

FILTERS = {
    "title": lambda value: Book.title.ilike(f"%{value}%"),
    "max_price": lambda value: Book.price <= value,
    "status": lambda value: Book.status == value,
}


def search(db: Session, term: str = "", **filters):
    query = db.query(Book).join(Author, Book.author_id == Author.id)
    for name, value in filters.items():
        if value is None:
            continue
        query = query.filter(FILTERS[name](value))
    for word in term.split():
        query = query.filter(or_(Book.title.ilike(f"%{word}%"), Author.name.ilike(f"%{word}%")))
    return query.order_by(Book.id).all()


def case(db: Session):
    return [
        [b.id for b in search(db)],
        [b.id for b in search(db, "ad es", max_price=25)],
        [b.id for b in search(db, status="live", title=None)],
    ]
