"""Queries: a failed flush, then another query."""
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from models import Tag


def add_tag(db: Session, name: str):
    try:
        tag = Tag(name=name)
        db.add(tag)
        db.commit()
        return "made"
    except IntegrityError:
        db.rollback()
        return f"known as {db.query(Tag.id).filter_by(name=name).scalar()}"


def case(db: Session):
    return add_tag(db, "fire"), add_tag(db, "math"), [t.name for t in db.query(Tag).order_by(Tag.name)]
