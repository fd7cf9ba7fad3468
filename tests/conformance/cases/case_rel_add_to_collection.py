"""Loads: add to collection."""

from sqlalchemy.orm import Session
from models import Author, Book, Tag


def case(db: Session):
    a = db.query(Author).get(2)
    a.books.append(Book(title="More"))
    b = db.query(Book).filter(Book.id == 1).one()
    b.tags.append(db.query(Tag).filter_by(name="rock").one())
    db.commit()
    return [sorted(x.title for x in a.books), sorted(t.name for t in b.tags)]
