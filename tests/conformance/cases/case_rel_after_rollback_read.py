"""Loads: after rollback read."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).filter(Author.id == 1).one()
    a.age = 1
    db.rollback()
    return [a.age, a.name]
