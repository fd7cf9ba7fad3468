"""Colour: async for comprehension conditions."""

from sqlalchemy.orm import Session
from models import Author, Book


def ok(db: Session, ident):
    return db.query(Book).filter(Book.author_id == ident).first() is not None


def case(db: Session):
    ids = [1, 2, 3, 4]
    return [
        [i for i in ids if ok(db, i)],
        {i: ok(db, i) for i in ids},
        {i for i in ids if not ok(db, i)},
        any(ok(db, i) for i in ids),
        all([ok(db, i) for i in ids]),
        [(i, j) for i in ids if ok(db, i) for j in ids if i < j and ok(db, j)],
        tuple(ok(db, i) for i in ids),
        ",".join(str(ok(db, i)) for i in ids),
    ]
