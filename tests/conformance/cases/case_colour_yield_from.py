"""Colour: yield from."""

from sqlalchemy.orm import Session
from models import Author, Publisher


def names(db: Session, model):
    for row in db.query(model).order_by(model.id).all():
        yield row.name


def everyone(db: Session):
    yield from names(db, Author)
    yield from names(db, Publisher)


def case(db: Session):
    return [list(everyone(db)), sorted(set(everyone(db)))]
