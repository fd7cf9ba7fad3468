"""Loads: len bool in."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    a = db.query(Author).filter(Author.id == 1).one()
    b = db.query(Book).get(1)
    out = [len(a.books), bool(a.profile), b in a.books, a.books[0].title, a.books[-1].id]
    if a.books:
        out.append("has")
    if not db.query(Author).get(4).books:
        out.append("none")
    return out
