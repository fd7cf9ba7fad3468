"""Loads: get then read."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    b = db.get(Author, 2)
    return [a.publisher.name, [x.title for x in b.books], a.profile.bio]
