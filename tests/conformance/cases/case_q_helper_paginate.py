"""Queries: helper paginate."""

from sqlalchemy.orm import Query, Session
from models import Author, Book


def paginate(query: Query, page: int, size: int):
    total = query.order_by(None).count()
    return {"total": total, "items": query.limit(size).offset((page - 1) * size).all()}


def by_status(query, status):
    return query.filter(Book.status == status) if status else query


def case(db: Session):
    books = paginate(by_status(db.query(Book).order_by(Book.id), "live"), 1, 2)
    authors = paginate(db.query(Author).order_by(Author.name, Author.id), 2, 3)
    rows = paginate(db.query(Book.id, Book.title).order_by(Book.id), 1, 1)
    return [
        books["total"],
        [b.id for b in books["items"]],
        [a.id for a in authors["items"]],
        [tuple(r) for r in rows["items"]],
    ]
