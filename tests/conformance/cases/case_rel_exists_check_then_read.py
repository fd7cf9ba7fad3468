"""Loads: exists check then read."""

from sqlalchemy.orm import Session
from models import Book, Tag


def add_tag(db: Session, ident, name):
    book = db.query(Book).filter(Book.id == ident).first()
    if not book:
        return None
    if name in [t.name for t in book.tags]:
        return len(book.tags)
    tag = db.query(Tag).filter(Tag.name == name).first() or Tag(name=name)
    book.tags.append(tag)
    db.commit()
    db.refresh(book)
    return len(book.tags)


def case(db: Session):
    return [add_tag(db, 1, "math"), add_tag(db, 1, "new"), add_tag(db, 99, "x"), add_tag(db, 5, "water")]
