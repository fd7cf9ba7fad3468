"""Queries: get or 404."""

from sqlalchemy.orm import Session
from models import Author


class NotFound(Exception):
    pass


def get_or_404(db: Session, model, ident):
    obj = db.query(model).get(ident)
    if obj is None:
        raise NotFound(model.__name__)
    return obj


def case(db: Session):
    out = [get_or_404(db, Author, 1).name]
    try:
        get_or_404(db, Author, 100)
    except NotFound as e:
        out.append(str(e))
    return out
