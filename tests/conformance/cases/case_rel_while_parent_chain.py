"""Loads: while parent chain."""

from sqlalchemy.orm import Session
from models import Category


def path(db: Session, ident):
    node = db.query(Category).get(ident)
    names = []
    while node is not None:
        names.append(node.name)
        node = node.parent
    return names


def case(db: Session):
    return path(db, 4)
