"""Queries: add columns."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    q = (
        db.query(Author)
        .outerjoin(Author.books)
        .group_by(Author.id)
        .add_columns(func.count(Book.id).label("n"))
        .order_by(Author.id)
    )
    return [(a.name, n) for a, n in q] + [row.n for row in q.all()]
