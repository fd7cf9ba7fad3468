"""Queries: options load only defer."""

from sqlalchemy.orm import Session, defer, joinedload, load_only, selectinload
from models import Author, Book


def case(db: Session):
    q = (
        db.query(Author)
        .options(load_only(Author.id, Author.name), selectinload(Author.books).load_only(Book.title))
        .order_by(Author.id)
    )
    out = [(a.name, [b.title for b in a.books]) for a in q]
    b = (
        db.query(Book)
        .options(joinedload(Book.author), joinedload(Book.tags), defer(Book.status))
        .order_by(Book.id)
        .first()
    )
    return [out, b.author.name, [t.name for t in b.tags]]
