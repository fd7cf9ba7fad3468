"""Queries: scalar subquery."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    count = db.query(func.count(Book.id)).filter(Book.author_id == Author.id).correlate(Author).scalar_subquery()
    rows = db.query(Author.name, count.label("n")).order_by(Author.id).all()
    avg = db.query(func.avg(Book.price)).scalar_subquery()
    dear = db.query(Book).filter(Book.price > avg).order_by(Book.id).all()
    return [[tuple(r) for r in rows], [b.id for b in dear]]
