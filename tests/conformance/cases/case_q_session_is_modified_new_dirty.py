"""Queries: session is modified new dirty."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    a.age = 1
    db.add(Author(name="N"))
    state = [a in db.dirty, len(db.new), db.is_modified(a)]
    db.flush()
    return state + [len(db.new), len(db.dirty)]
