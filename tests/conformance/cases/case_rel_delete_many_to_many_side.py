"""Loads: delete many to many side."""

from sqlalchemy.orm import Session
from models import Book, Tag


def case(db: Session):
    tag = db.query(Tag).filter_by(name="water").first()
    titles = [b.title for b in tag.books]
    db.delete(tag)
    db.flush()
    return [titles, db.query(Tag).count(), [t.name for t in db.query(Book).get(4).tags]]
