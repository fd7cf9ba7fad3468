"""Queries: query in fstring assert return."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    assert db.query(Book).count() == 5, f"got {db.query(Book).count()}"
    s = f"{db.query(Author).count()} authors, {db.query(Book).filter(Book.stock > 0).count():>3} books"
    return [
        s,
        "%d" % db.query(Book).count(),
        "{}".format(db.query(Author).first().id),
        not db.query(Book).first(),
        -db.query(Book).count(),
    ]
