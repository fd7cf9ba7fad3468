"""Queries: queries handed to what iterates."""
import itertools

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    books = db.query(Book).order_by(Book.id)
    return [
        list(map(lambda b: b.id, books)),
        [b.title for b in sorted(books, key=lambda b: (b.price, b.id))],
        max(books, key=lambda b: b.price).id,
        [(b.id, a.id) for b, a in zip(books, db.query(Author).order_by(Author.id))],
        {k: [b.id for b in g] for k, g in itertools.groupby(books.order_by(Book.status), key=lambda b: b.status)},
        dict(enumerate(row.title for row in db.query(Book.title).order_by(Book.id))),
        list(filter(lambda row: row[0] > 15, db.query(Book.price).order_by(Book.id))) != [],
        set(db.query(Book.status).distinct()) == {("live",), ("draft",)},
        ", ".join(name for name, in db.query(Author.name).order_by(Author.id)),
        sum(price * stock for price, stock in db.query(Book.price, Book.stock)),
        any(b.stock == 0 for b in books), all(b.price for b in books), len(list(books)), len(books.all()),
    ]
