"""Colour: mutual modules late import."""

from sqlalchemy.orm import Session
from models import Author


def helper(db: Session):
    from sqlalchemy import func

    return db.query(func.count(Author.id)).scalar()


def case(db: Session):
    import models as m

    return [helper(db), db.query(m.Book).count()]
