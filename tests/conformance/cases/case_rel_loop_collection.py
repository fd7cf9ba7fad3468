"""Loads: loop collection."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    return {a.name + str(a.id): [b.title for b in a.books] for a in db.query(Author).order_by(Author.id)}
