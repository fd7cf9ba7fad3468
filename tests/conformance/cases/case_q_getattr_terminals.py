"""Methods of queries chosen by name."""
from sqlalchemy.orm import Session

from models import Book


def ordered(query, column, direction):
    return query.order_by(getattr(column, direction)())


def case(db: Session):
    query = db.query(Book)
    out = []
    for direction in ("asc", "desc"):
        out.append([b.id for b in ordered(query, Book.id, direction)])
    for column, operator, value in (("price", "__gt__", 15), ("title", "like", "%s"), ("status", "in_", ["draft"])):
        out.append(query.filter(getattr(getattr(Book, column), operator)(value)).count())
    return out
