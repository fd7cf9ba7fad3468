"""Loads: generator yields entities."""

from sqlalchemy.orm import Session
from models import Author


def authors(db: Session):
    for a in db.query(Author).order_by(Author.id):
        yield a


def case(db: Session):
    return [(a.name, a.publisher and a.publisher.name) for a in authors(db)]
