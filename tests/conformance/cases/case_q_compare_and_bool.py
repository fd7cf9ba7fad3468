"""Queries: compare and bool."""

from sqlalchemy.orm import Session
from models import Author, Book


def case(db: Session):
    out = []
    if db.query(Author).filter(Author.name == "Bob").first():
        out.append(1)
    if not db.query(Author).filter(Author.name == "Zed").first() and db.query(Book).count() > 3:
        out.append(2)
    while db.query(Book).filter(Book.stock > 0).count() < 3:
        break
    else:
        out.append(3)
    x = db.query(Author).filter_by(name="Zed").first() or db.query(Author).filter_by(name="Bob").first()
    return out + [x.id, 0 < db.query(Book).count() <= 5, db.query(Author).get(1) in db.query(Author).all()]
