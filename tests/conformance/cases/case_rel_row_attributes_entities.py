"""Rows with two entities, read by attribute."""
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    rows = db.query(Book, Author).join(Author, Author.id == Book.author_id).order_by(Book.id).all()
    return [(row.Book.title, [t.name for t in row.Book.tags], row.Author.profile is not None) for row in rows]
