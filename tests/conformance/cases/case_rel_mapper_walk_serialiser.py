"""A serialiser that walks the mapper's relationships: all of them are read."""
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from models import Author


def serialise(obj):
    mapper = inspect(obj).mapper
    out = {column.key: getattr(obj, column.key) for column in mapper.column_attrs}
    for relation in mapper.relationships:
        value = getattr(obj, relation.key)
        out[relation.key] = [v.id for v in value] if relation.uselist else value and value.id
    return out


def case(db: Session):
    return [serialise(a) for a in db.query(Author).order_by(Author.id).all()]
