"""Queries: alias self join."""

from sqlalchemy.orm import Session, aliased
from models import Category


def case(db: Session):
    parent = aliased(Category, name="p")
    rows = db.query(Category.name, parent.name).outerjoin(parent, Category.parent).order_by(Category.id).all()
    return [tuple(r) for r in rows]
