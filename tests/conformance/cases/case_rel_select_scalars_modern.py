"""Loads: select scalars modern."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    out = [[b.title for b in a.books] for a in db.scalars(select(Author).order_by(Author.id))]
    one = db.execute(select(Author).where(Author.id == 2)).scalar_one()
    two = db.scalar(select(Author).where(Author.id == 3))
    return [out, one.publisher.name, two.books[0].title]
