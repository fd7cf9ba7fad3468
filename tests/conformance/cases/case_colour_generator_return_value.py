"""Colour: generator return value."""

from sqlalchemy.orm import Session
from models import Author


def batches(db: Session, size):
    offset = 0
    while True:
        rows = db.query(Author).order_by(Author.id).offset(offset).limit(size).all()
        if not rows:
            return
        yield rows
        offset += size


def case(db: Session):
    return [[a.id for a in batch] for batch in batches(db, 3)]
