"""Loads: model property."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    return [a.book_titles for a in db.query(Author).order_by(Author.id)] + [db.query(Author).first().label]
