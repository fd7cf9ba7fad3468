"""Queries: text columns and params."""

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    return [
        [b.id for b in db.query(Book).filter(text("price > :p")).params(p=18).order_by(text("id"))],
        db.query(Book).filter(Book.id == bindparam("i")).params(i=2).one().title,
    ]
