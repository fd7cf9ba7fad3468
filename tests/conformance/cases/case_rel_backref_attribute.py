"""Loads: backref attribute."""

from sqlalchemy.orm import Session
from models import Review


def case(db: Session):
    return [
        (r.id, r.book.title, r.book.author.name if r.book.author else None)
        for r in db.query(Review).order_by(Review.id)
    ]
