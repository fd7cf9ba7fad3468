"""Loads: replace collection."""

from sqlalchemy.orm import Session
from models import Book, Tag


def set_tags(db: Session, ident, names):
    book = db.query(Book).filter(Book.id == ident).first()
    book.tags = db.query(Tag).filter(Tag.name.in_(names)).order_by(Tag.id).all()
    db.commit()
    db.refresh(book)
    return [t.name for t in book.tags]


def case(db: Session):
    return [set_tags(db, 1, ["water", "rock"]), set_tags(db, 1, [])]
