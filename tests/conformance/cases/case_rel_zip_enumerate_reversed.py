"""Loads: zip enumerate reversed."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    return [
        [(i, len(a.books)) for i, a in enumerate(authors, 1)],
        [(x.id, y.publisher_id, y.publisher and y.publisher.name) for x, y in zip(authors, authors[1:])],
        [a.profile is not None for a in reversed(authors)],
    ]
