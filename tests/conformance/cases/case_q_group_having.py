"""Queries: group having."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    rows = (
        db.query(Author.name, func.count(Book.id).label("books"), func.avg(Book.price))
        .join(Book, Book.author_id == Author.id)
        .group_by(Author.name)
        .having(func.count(Book.id) > 1)
        .all()
    )
    return [(r.name, r.books, float(r[2])) for r in rows]
