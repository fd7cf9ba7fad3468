"""Queries: a feed made of several tables."""
from sqlalchemy import literal
from sqlalchemy.orm import Session
from models import Author, Book, Tag


def feed(db: Session):
    authors = db.query(Author.id.label("id"), Author.name.label("label"), literal("author").label("kind"))
    books = db.query(Book.id, Book.title, literal("book")).filter(Book.status == "live")
    tags = db.query(Tag.id, Tag.name, literal("tag"))
    return authors.union_all(books, tags)


def case(db: Session):
    everything = feed(db)
    rows = sorted(tuple(row) for row in everything.all())
    entries = feed(db).subquery()
    kinds = db.query(entries.c.kind).distinct().order_by(entries.c.kind).all()
    return rows[:3], everything.count(), [kind for kind, in kinds]
