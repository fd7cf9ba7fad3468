"""Criteria yielded by a generator, collected into one query."""
from sqlalchemy.orm import Session

from models import Book


def criteria(low=None, high=None, status=None):
    if low is not None:
        yield Book.price >= low
    if high is not None:
        yield Book.price <= high
    if status:
        yield Book.status == status


def narrowed(query, **wanted):
    for criterion in criteria(**wanted):
        query = query.filter(criterion)
    return query


def case(db: Session):
    base = db.query(Book)
    return [
        narrowed(base, low=15).count(),
        [b.title for b in narrowed(base.order_by(Book.id), low=15, status="live")],
        narrowed(db.query(Book.title), high=5).scalar(),
        base.filter(*criteria(low=10, high=20)).order_by(Book.title.desc()).first().title,
        db.query(Book).filter(*criteria()).count(),
    ]
