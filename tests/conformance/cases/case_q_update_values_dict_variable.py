"""Queries: update values dict variable."""

from sqlalchemy.orm import Session
from models import Author


def patch(db: Session, ident, changes: dict):
    count = db.query(Author).filter(Author.id == ident).update(changes)
    if not count:
        return None
    db.commit()
    return db.query(Author).filter(Author.id == ident).first()


def case(db: Session):
    a = patch(db, 1, {"age": 99})
    return [a.age, patch(db, 77, {"age": 1})]
