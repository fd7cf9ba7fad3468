"""Columns of a table export as a list of lambdas."""
from sqlalchemy.orm import Session

from models import Book

COLUMNS = [
    ("title", lambda b: b.title),
    ("author", lambda b: b.author.name if b.author else ""),
    ("tags", lambda b: ",".join(t.name for t in b.tags)),
]


def export(books):
    return [[read(book) for _, read in COLUMNS] for book in books]


def case(db: Session):
    return export(db.query(Book).order_by(Book.id).all())
