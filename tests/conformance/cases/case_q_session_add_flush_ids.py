"""Queries: session add flush ids."""

from sqlalchemy.orm import Session
from models import Author, Book


def create(db: Session, name: str, *titles):
    author = Author(name=name)
    db.add(author)
    db.flush()
    for t in titles:
        db.add(Book(title=t, author_id=author.id))
    db.commit()
    db.refresh(author)
    return author


def case(db: Session):
    a = create(db, "New", "One", "Two")
    return [a.name, db.query(Book).filter(Book.author_id == a.id).count(), a.active]
