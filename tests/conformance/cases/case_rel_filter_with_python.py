"""Loads: filter with python."""

from sqlalchemy.orm import Session
from models import Author


def prolific(a):
    return len(a.books) > 1


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    return [
        [a.id for a in filter(prolific, authors)],
        [a.id for a in authors if any(b.status == "draft" for b in a.books)],
        list(map(lambda a: a.publisher.name if a.publisher else None, authors)),
    ]
