"""Queries: any all of query."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    return [
        any(b.stock == 0 for b in db.query(Book)),
        all(b.price > 1 for b in db.query(Book).filter(Book.status == "live")),
        sum(b.price for b in db.query(Book)),
        max((b.price, b.id) for b in db.query(Book))[0],
        len(list(db.query(Author))),
        sorted(db.query(Author), key=lambda a: a.email or "")[0].id,
        [a.id for a in reversed(db.query(Author).order_by(Author.id).all())],
        {a.id: a for a in db.query(Author)}[2].name,
        set(n for (n,) in db.query(Author.name)),
        next(iter(db.query(Book).order_by(Book.id))).id,
    ]
