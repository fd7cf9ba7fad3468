"""Queries: relationship any has."""

from sqlalchemy.orm import Session
from models import Author, Book, Publisher, Tag


def case(db: Session):
    return [
        [a.id for a in db.query(Author).filter(Author.books.any(Book.status == "draft")).order_by(Author.id)],
        [b.id for b in db.query(Book).filter(Book.author.has(name="Ada")).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(Book.tags.any(Tag.name == "water")).order_by(Book.id)],
        [a.id for a in db.query(Author).filter(~Author.books.any())],
        [b.id for b in db.query(Book).filter(Book.author == db.query(Author).get(2))],
        [p.id for p in db.query(Publisher).filter(Publisher.authors.contains(db.get(Author, 3)))],
    ]
