"""Loads: grouping dict."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    groups = {}
    for book in db.query(Book).order_by(Book.id):
        key = book.author.name if book.author else "-"
        groups.setdefault(key, []).append(book)
    return {k: [sorted(t.name for t in b.tags) for b in v] for k, v in groups.items()}
