"""Queries: rows looked up by keyword and made when missing."""
from sqlalchemy.orm import Session
from models import Tag


def get_or_create(db: Session, model, defaults=None, **kwargs):
    instance = db.query(model).filter_by(**kwargs).one_or_none()
    if instance is not None:
        return instance, False
    instance = model(**{**kwargs, **(defaults or {})})
    db.add(instance)
    db.flush()
    return instance, True


def tag_ids(db: Session, names):
    return [get_or_create(db, Tag, name=name)[0].id for name in names]


def case(db: Session):
    known = tag_ids(db, ["math", "rock"])
    tag, created = get_or_create(db, Tag, name="fire")
    again, twice = get_or_create(db, Tag, name="fire")
    db.commit()
    return known, tag.name, created, twice, tag is again, db.query(Tag).count()
