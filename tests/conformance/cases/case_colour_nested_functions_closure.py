"""Colour: nested functions closure."""

from sqlalchemy.orm import Session
from models import Author


def make(db: Session):
    found = 0

    def one(name):
        nonlocal found
        hit = db.query(Author).filter(Author.name == name).count()
        found += hit
        return hit

    def total():
        return found

    return one, total


def case(db: Session):
    one, total = make(db)
    return [one("Ada"), one("Bob"), total()]
