"""Loads: new object collections."""

from sqlalchemy.orm import Session
from models import Author, Book, Publisher


def case(db: Session):
    p = Publisher(name="Dune")
    a = Author(name="Neo", publisher=p)
    a.books.append(Book(title="One"))
    db.add(a)
    db.flush()
    out = [len(a.books), len(p.authors), a.publisher.name]
    db.commit()
    return out + [len(a.books), [x.name for x in p.authors]]
