"""Unions of column queries with order, limit, count and a second set operation behind."""
from sqlalchemy import literal
from sqlalchemy.orm import Session

from models import Author, Book, Publisher


def case(db: Session):
    names = db.query(Author.name).filter(Author.age > 40)
    titles = db.query(Book.title).filter(Book.price > 15)
    places = db.query(Publisher.name)
    both = names.union(titles)
    tagged = db.query(Author.name.label("text"), literal("author").label("kind")).union_all(
        db.query(Book.title, literal("book")))
    return [
        sorted(r[0] for r in both),
        both.count(),
        sorted(r.name for r in both.union_all(places).all()),
        len(tagged.all()),
        sorted({kind for _, kind in tagged}),
        names.intersect(db.query(Author.name).filter(Author.active.is_(True))).all() == [("Bob",)],
        names.except_(db.query(Author.name).filter(Author.name == "Bob")).count(),
    ]
