"""Colour: recursion."""

from sqlalchemy.orm import Session
from models import Category


def depth(db: Session, ident):
    row = db.query(Category).get(ident)
    return 0 if row.parent_id is None else 1 + depth(db, row.parent_id)


def descendants(db: Session, ident):
    out = []
    for child in db.query(Category).filter(Category.parent_id == ident).order_by(Category.id):
        out.append(child.id)
        out.extend(descendants(db, child.id))
    return out


def case(db: Session):
    return [depth(db, 4), descendants(db, 1)]
