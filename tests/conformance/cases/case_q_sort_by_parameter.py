"""Queries: a sort order given as text."""
from sqlalchemy import asc, desc
from sqlalchemy.orm import Session
from models import Book

SORTABLE = {"price", "title", "id"}


def listed(db: Session, sort: str = "-price,id"):
    query = db.query(Book)
    for part in sort.split(","):
        direction = desc if part.startswith("-") else asc
        field = part.lstrip("-")
        if field not in SORTABLE:
            raise ValueError(field)
        query = query.order_by(direction(getattr(Book, field)))
    return query


def case(db: Session):
    try:
        listed(db, "secret")
    except ValueError as error:
        failed = str(error)
    return [b.title for b in listed(db)], [b.id for b in listed(db, "title").limit(2)], failed
