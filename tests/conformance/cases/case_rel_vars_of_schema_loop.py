"""A mapping of output name to attribute path, walked with getattr."""
from sqlalchemy.orm import Session

from models import Book

PATHS = {"title": ["title"], "writer": ["author", "name"], "house": ["author", "publisher", "name"]}


def walk(obj, path):
    for name in path:
        if obj is None:
            return None
        obj = getattr(obj, name)
    return obj


def case(db: Session):
    books = db.query(Book).order_by(Book.id).all()
    return [{key: walk(book, path) for key, path in PATHS.items()} for book in books]
