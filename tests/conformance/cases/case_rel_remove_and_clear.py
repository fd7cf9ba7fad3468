"""Loads: remove and clear."""

from sqlalchemy.orm import Session
from models import Book, Tag


def case(db: Session):
    b = db.query(Book).get(4)
    b.tags.remove(db.query(Tag).get(2))
    c = db.query(Book).get(1)
    c.reviews.clear()
    db.commit()
    return [[t.name for t in b.tags], c.reviews, db.query(Tag).get(2).books[0].id]
