"""Queries: terminal first basic."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    a = db.query(Author).filter(Author.name == "Ada").order_by(Author.id.desc()).first()
    b = db.query(Book).filter(Book.title == "nope").first()
    c = db.query(Author.name, Author.age).order_by(Author.id).first()
    return [a.id, b, c.name, c[1], tuple(c)]
