"""Queries: count variants."""

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    return [
        db.query(Author).count(),
        db.query(Author.id).filter(Author.active).count(),
        db.query(func.count(Author.id)).scalar(),
        db.query(func.count()).select_from(Author).scalar(),
        db.query(Author).join(Author.books).count(),
        db.query(Author, Book).filter(Author.id == Book.author_id).count(),
        db.query(Author).limit(2).count(),
        db.query(Author.name).distinct().count(),
    ]
