"""Colour: walrus in conditions, comprehensions and while."""

from sqlalchemy.orm import Session
from models import Author, Book


def page(db: Session, at, size=2):
    return db.query(Book).order_by(Book.id).offset(at).limit(size).all()


def case(db: Session):
    out, at = [], 0
    while rows := page(db, at):
        out.append([b.id for b in rows])
        at += len(rows)
    if (total := db.query(Author).count()) > 1 and (first := db.query(Author).order_by(Author.id).first()):
        out.append((total, first.name))
    out.append([n for i in (1, 2) if (a := db.get(Author, i)) and (n := a.name)])
    return out
