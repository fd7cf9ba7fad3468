"""Savepoints: what is rolled back is read again, what is not stays."""
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    author = db.get(Author, 1)
    out = [len(author.books)]
    with db.begin_nested():
        author.books.append(Book(title="kept"))
    out.append(len(author.books))
    point = db.begin_nested()
    author.name = "gone"
    author.books.append(Book(title="lost"))
    db.flush()
    point.rollback()
    out.append(author.name)
    out.append(len(author.books))
    db.commit()
    out.append([b.title for b in author.books][-1])
    return out
