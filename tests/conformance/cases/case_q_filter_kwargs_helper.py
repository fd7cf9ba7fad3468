"""Queries: filter kwargs helper."""

from sqlalchemy.orm import Session
from models import Author, Book


def apply_filters(query, model, **criteria):
    for key, value in criteria.items():
        if value is None:
            continue
        if isinstance(value, (list, tuple)):
            query = query.filter(getattr(model, key).in_(value))
        else:
            query = query.filter(getattr(model, key) == value)
    return query


def case(db: Session):
    return [
        apply_filters(db.query(Book), Book, status="live", id=[1, 2, 3]).count(),
        [a.id for a in apply_filters(db.query(Author), Author, name="Ada", age=None).order_by(Author.id)],
    ]
