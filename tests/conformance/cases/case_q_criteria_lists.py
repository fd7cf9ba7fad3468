"""Queries: criteria collected in lists."""
from sqlalchemy import and_, or_, true
from sqlalchemy.orm import Session
from models import Book


def where(db: Session, statuses=(), words=(), low=None, high=None):
    criteria = [true()]
    if statuses:
        criteria.append(Book.status.in_(statuses))
    if words:
        criteria.append(or_(*[Book.title.ilike(f"%{word}%") for word in words]))
    if low is not None and high is not None:
        criteria += [Book.price.between(low, high)]
    return db.query(Book).filter(and_(*criteria)).order_by(Book.id)


def matching(db: Session, **wanted):
    return db.query(Book).filter(*(getattr(Book, key) == value for key, value in wanted.items())).count()


def case(db: Session):
    return [
        [b.id for b in where(db)], [b.id for b in where(db, ["live"], ["e"])], [b.id for b in where(db, low=10, high=20)],
        matching(db, status="live", price=15), matching(db),
    ]
