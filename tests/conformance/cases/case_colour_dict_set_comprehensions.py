"""Colour: comprehensions of all kinds with queries in every place."""

from sqlalchemy.orm import Session
from models import Author, Book


def ids(db: Session):
    return [a.id for a in db.query(Author).order_by(Author.id)]


def count(db: Session, ident):
    return db.query(Book).filter(Book.author_id == ident).count()


def case(db: Session):
    return [
        {i: count(db, i) for i in ids(db)},
        sorted({count(db, i) for i in ids(db) if count(db, i)}),
        [(i, b.title) for i in ids(db) for b in db.query(Book).filter(Book.author_id == i).order_by(Book.id) if b.id > i],
        [[t.name for t in b.tags] for b in db.query(Book).order_by(Book.id).limit(2)] and len(ids(db)),
        dict((i, n) for i in ids(db) if (n := count(db, i)) > 0),
        "/".join(str(count(db, i)) for i in ids(db)),
        tuple(count(db, i) for i in ids(db)),
        [x for x in (count(db, 1), count(db, 2)) if x],
    ]
