"""Queries: join string select from."""

from sqlalchemy.orm import Session
from models import Author, Book, Publisher


def case(db: Session):
    rows = (
        db.query(Book.title, Publisher.name)
        .select_from(Publisher)
        .join(Publisher.authors)
        .join(Author.books)
        .order_by(Book.id)
        .all()
    )
    n = db.query(Book).join(Book.author).join(Author.publisher).filter(Publisher.name == "Acorn").count()
    return [[tuple(r) for r in rows], n]
