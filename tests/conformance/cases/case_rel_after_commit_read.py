"""Loads: after commit read."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).filter(Author.id == 1).one()
    name = a.publisher.name
    a.age = 1
    db.commit()
    return [name, a.publisher.name, a.age, [b.id for b in a.books]]
