"""Steps of a query held in a dictionary and applied in the order of a list."""
from sqlalchemy.orm import Session

from models import Book

STEPS = {
    "cheap": lambda q: q.filter(Book.price < 15),
    "stocked": lambda q: q.filter(Book.stock > 0),
    "sorted": lambda q: q.order_by(Book.title.desc()),
    "three": lambda q: q.limit(3),
}


def apply(query, names):
    for name in names:
        query = STEPS[name](query)
    return query


def case(db: Session):
    return [
        [b.id for b in apply(db.query(Book), ["cheap", "sorted"]).all()],
        [row.title for row in apply(db.query(Book.title, Book.id), ["stocked", "sorted", "three"])],
        apply(db.query(Book), ["cheap", "stocked"]).count(),
    ]
