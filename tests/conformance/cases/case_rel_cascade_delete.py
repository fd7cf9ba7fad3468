"""Loads: cascade delete."""

from sqlalchemy.orm import Session
from models import Author, Book, Profile, Review


def case(db: Session):
    db.delete(db.query(Author).get(1))
    db.commit()
    return [db.query(Book).count(), db.query(Review).count(), db.query(Profile).count()]
