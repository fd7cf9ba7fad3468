"""Loads: to dict method on helper."""

from sqlalchemy.orm import Session
from models import Book


def to_dict(book):
    return {
        "id": book.id,
        "author": book.author.name if book.author else None,
        "tags": sorted(t.name for t in book.tags),
        "reviews": len(book.reviews),
    }


def listing(db: Session):
    return [to_dict(b) for b in db.query(Book).order_by(Book.id).all()]


def one(db: Session, ident):
    return to_dict(db.query(Book).filter(Book.id == ident).one())


def case(db: Session):
    return [listing(db), one(db, 3)]
