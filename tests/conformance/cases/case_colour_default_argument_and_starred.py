"""Colour: default argument and starred."""

from sqlalchemy.orm import Session
from models import Author


def fetch(db: Session, *idents, strict=False, **extra):
    out = [db.query(Author).get(i) for i in idents]
    return [o.name if o else None for o in out if o or strict]


def case(db: Session):
    args = [1, 2, 9]
    return [fetch(db, *args), fetch(db, *args, strict=True), fetch(*(db, 3)), fetch(db, **{"strict": True})]
