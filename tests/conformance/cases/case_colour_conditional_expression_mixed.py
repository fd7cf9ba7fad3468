"""Colour: conditional expression mixed."""

from sqlalchemy.orm import Session
from models import Author


def load(db: Session, ident):
    return db.query(Author).get(ident)


def case(db: Session):
    cached = {1: "one"}
    return [cached[i] if i in cached else (load(db, i).name if load(db, i) else None) for i in (1, 2, 9)]
