"""Queries: conditional terminal."""

from sqlalchemy.orm import Session
from models import Book


def load(db: Session, one: bool, ident=1):
    q = db.query(Book).filter(Book.id == ident)
    return q.one() if one else q.all()


def case(db: Session):
    return [load(db, True).id, [b.id for b in load(db, False)], load(db, False, 99)]
