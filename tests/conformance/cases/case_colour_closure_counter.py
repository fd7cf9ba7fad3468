"""Nonlocal state in closures that query."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def make_pager(db: Session, size):
    offset = 0

    def page():
        nonlocal offset
        rows = db.query(Book).order_by(Book.id).offset(offset).limit(size).all()
        offset += len(rows)
        return [b.title for b in rows]

    def reset():
        nonlocal offset
        offset = 0

    return page, reset


def case(db: Session):
    page, reset = make_pager(db, 2)
    one, two = page(), page()
    reset()
    return one, two, page()
