"""Loads: self referential children."""

from sqlalchemy.orm import Session
from models import Category


def case(db: Session):
    root = db.query(Category).filter(Category.parent_id.is_(None)).one()
    return [
        [c.name for c in root.children],
        [g.name for c in root.children for g in c.children],
        db.query(Category).get(2).parent.name,
    ]
