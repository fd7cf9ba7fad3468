"""Loads: loaded twice identity."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).filter(Author.id == 1).one()
    b = db.query(Author).filter(Author.name == "Ada").order_by(Author.id).first()
    return [a is b, len(b.books), a.publisher.name]
