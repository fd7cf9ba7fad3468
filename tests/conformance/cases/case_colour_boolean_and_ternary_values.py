"""Colour: and, or, ternaries and chained comparisons whose parts query."""

from sqlalchemy.orm import Session
from models import Author, Book


def n(db: Session, model):
    return db.query(model).count()


def first(db: Session, name):
    return db.query(Author).filter(Author.name == name).first()


def case(db: Session):
    a = first(db, "x") or first(db, "Ada") or first(db, "Bob")
    b = first(db, "Ada") and first(db, "Bob")
    return [
        a.name,
        b.name,
        "many" if n(db, Book) > n(db, Author) else "few",
        1 < n(db, Author) <= n(db, Book) < 100,
        not first(db, "x"),
        (first(db, "x") or Author(name="made")).name,
        -n(db, Author) + n(db, Book) ** 2,
        [*range(n(db, Author))],
        {**{"n": n(db, Book)}},
        f"{n(db, Author)!r:>3}|{first(db, 'Ada').name}",
    ]
