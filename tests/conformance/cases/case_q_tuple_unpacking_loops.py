"""Queries: tuple unpacking loops."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    out = []
    for author, title in db.query(Author, Book.title).join(Book, Author.books).order_by(Book.id):
        out.append((author.name, title))
    pairs = {title: price for title, price in db.query(Book.title, Book.price)}
    ids = [i for (i,) in db.query(Book.id).order_by(Book.id)]
    (first,), *rest = db.query(Book.id).order_by(Book.id).all()
    return [out, sorted(pairs.items()), ids, first, len(rest)]
