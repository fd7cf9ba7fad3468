"""Loads: change parent object."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    book = db.query(Book).get(5)
    book.author = db.query(Author).filter(Author.name == "Bob").one()
    db.commit()
    return [book.author.name, book.author_id, [b.id for b in db.query(Author).get(2).books]]
