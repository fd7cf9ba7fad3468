"""Rows of an entity and a count: the entity of each row is read through relationships."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    rows = (
        db.query(Author, func.count(Book.id).label("n"))
        .outerjoin(Author.books).group_by(Author.id).order_by(Author.id).all()
    )
    return [(a.name, n, a.publisher.name if a.publisher else None, [b.title for b in a.books]) for a, n in rows]
