"""Loads: nested function reads."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)

    def titles():
        return [b.title for b in a.books]

    show = lambda x: x.publisher.name
    return [titles(), show(a)]
