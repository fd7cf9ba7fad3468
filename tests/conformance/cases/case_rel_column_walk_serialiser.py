"""A serialiser that walks the table's columns: no relationship is read."""
from sqlalchemy.orm import Session

from models import Author


def serialise(obj):
    return {column.name: getattr(obj, column.name) for column in obj.__table__.columns}


def case(db: Session):
    return [serialise(a) for a in db.query(Author).order_by(Author.id).all()]
