"""Loads: set and membership of entities."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    owners = {b.author for b in db.query(Book).all() if b.author}
    return sorted((a.name, len(a.books)) for a in owners)
