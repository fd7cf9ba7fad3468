"""Loads: session get options reads."""

from sqlalchemy.orm import Session, selectinload
from models import Author


def case(db: Session):
    a = db.get(Author, 1, options=[selectinload(Author.books)])
    return [[b.title for b in a.books], a.profile.bio]
