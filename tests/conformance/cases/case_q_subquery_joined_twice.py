"""Queries: one subquery used in two places."""
from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    totals = (
        db.query(Book.author_id.label("author_id"), func.sum(Book.price).label("total"), func.count().label("books"))
        .filter(Book.author_id.isnot(None))
        .group_by(Book.author_id)
        .subquery()
    )
    average = db.query(func.avg(totals.c.total)).scalar_subquery()
    above = db.query(Author).join(totals, totals.c.author_id == Author.id).filter(totals.c.total > average)
    with_totals = (
        db.query(Author, totals.c.total, totals.c.books)
        .outerjoin(totals, Author.id == totals.c.author_id)
        .order_by(Author.id)
    )
    return [a.name for a in above], [(a.id, total, books) for a, total, books in with_totals.all()]
