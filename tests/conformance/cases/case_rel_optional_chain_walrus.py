"""Loads: optional chain walrus."""

from sqlalchemy.orm import Session
from models import Author


def bio(db, ident):
    if (a := db.query(Author).get(ident)) and (p := a.profile):
        return p.bio
    return None


def case(db: Session):
    return [bio(db, i) for i in (1, 3, 9)]
