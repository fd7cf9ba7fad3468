"""Queries: cte."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    totals = db.query(Book.author_id, func.sum(Book.price).label("total")).group_by(Book.author_id).cte("totals")
    return [
        tuple(r)
        for r in db.query(Author.name, totals.c.total).join(totals, totals.c.author_id == Author.id).order_by(Author.id)
    ]
