"""Queries: pages as slices."""
from sqlalchemy.orm import Session
from models import Author, Book


def page(db: Session, number: int, size: int):
    start = (number - 1) * size
    return [b.id for b in db.query(Book).order_by(Book.id)[start : start + size]]


def nth(db: Session, position: int):
    return db.query(Book.title).order_by(Book.price.desc(), Book.id)[position - 1][0]


def case(db: Session):
    limited = db.query(Author).order_by(Author.id).limit(3)
    return [
        page(db, 1, 2), page(db, 3, 2), nth(db, 1), nth(db, 2), [a.id for a in limited[1:]],
        [a.id for a in db.query(Author).order_by(Author.id)[::2]], limited[len("x")].name,
    ]
