"""Loads: repr of related."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    return [str(db.query(Author).get(1).books), repr(db.query(Author).filter(Author.id == 2).one().books[0])]
