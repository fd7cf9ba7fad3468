"""Loads: flag controls read."""

from sqlalchemy.orm import Session
from models import Author


def show(db: Session, ident, full=False):
    a = db.query(Author).get(ident)
    data = {"name": a.name}
    if full:
        data["books"] = [b.title for b in a.books]
    return data


def case(db: Session):
    return [show(db, 1), show(db, 1, full=True)]
