"""Helpers used with queries of different shapes: entities, rows, aggregates."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def newest(query, column, n=2):
    return query.order_by(column.desc()).limit(n)


def only_live(query):
    return query.filter(Book.status == "live")


def run(query):
    return query.all()


def first_or(query, default):
    return query.first() or default


def ids(query):
    return [row.id for row in query]


def case(db: Session):
    return [
        [b.id for b in newest(db.query(Book), Book.id)],
        [tuple(r) for r in newest(db.query(Book.id, Book.title), Book.id)],
        only_live(db.query(func.sum(Book.price))).scalar(),
        only_live(db.query(Book)).count(),
        len(run(db.query(Author))), [tuple(r) for r in run(db.query(Author.id).order_by(Author.id))],
        first_or(db.query(Book).filter(Book.id == 99), "none"),
        tuple(first_or(db.query(Book.id).filter(Book.id == 1), ())),
        ids(db.query(Author).order_by(Author.id)), ids(db.query(Book.id).order_by(Book.id)),
    ]
