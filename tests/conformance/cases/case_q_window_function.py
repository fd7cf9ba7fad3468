"""Queries: window function."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    rank = func.row_number().over(partition_by=Book.status, order_by=Book.price.desc()).label("rank")
    sub = db.query(Book.id.label("id"), rank).subquery()
    return [b.id for b in db.query(Book).join(sub, sub.c.id == Book.id).filter(sub.c.rank == 1).order_by(Book.id)]
