"""Queries: sums of case expressions."""
from sqlalchemy import case as when
from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    live = func.sum(when((Book.status == "live", 1), else_=0)).label("live")
    value = func.coalesce(func.sum(Book.price * Book.stock), 0).label("value")
    rows = (
        db.query(Author.name, live, value)
        .select_from(Author)
        .outerjoin(Book, Book.author_id == Author.id)
        .group_by(Author.id, Author.name)
        .having(func.count(Book.id) > 0)
        .order_by(value.desc(), Author.name)
    )
    return [dict(row._mapping) for row in rows], rows.first().live
