"""Queries: subscript attr of terminal."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    return [
        db.query(Author).order_by(Author.id).all()[1].name,
        db.query(Book).first().title.upper(),
        db.query(Author.name, Author.age).filter(Author.id == 2).one()[1],
        db.query(Author).filter(Author.id == 3).one().email.split("@")[0],
        [*db.query(Author.id).order_by(Author.id).all()][0][0],
        db.query(Book.price).filter(Book.id == 1).scalar() + 1,
    ]
