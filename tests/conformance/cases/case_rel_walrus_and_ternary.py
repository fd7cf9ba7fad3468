"""Walrus in a condition and a conditional expression between two queries."""
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    out = []
    if (author := db.query(Author).filter(Author.id == 1).first()) and author.books:
        out.append(len(author.books))
    thing = db.get(Author, 2) if len(out) else db.get(Author, 3)
    out.append(thing.profile.bio)
    out.append([t.name for t in (db.get(Book, 4) or db.get(Book, 1)).tags])
    return out
