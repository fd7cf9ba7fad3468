"""Queries: ternary query."""

from sqlalchemy.orm import Session
from models import Book


def pick(db: Session, newest):
    q = db.query(Book).order_by(Book.id.desc()) if newest else db.query(Book).order_by(Book.id)
    return q.first()


def case(db: Session):
    return [pick(db, True).id, pick(db, False).id]
