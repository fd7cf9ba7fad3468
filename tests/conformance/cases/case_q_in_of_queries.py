"""Queries: queries inside in_() and not_in()."""
from sqlalchemy import select
from sqlalchemy.orm import Session
from models import Author, Book, Publisher


def case(db: Session):
    of_oslo = db.query(Publisher.id).filter(Publisher.city == "Oslo")
    writers = db.query(Book.author_id).filter(Book.author_id.isnot(None)).distinct()
    idle = db.query(Author).filter(Author.id.notin_(writers)).order_by(Author.id)
    nested = db.query(Book).filter(Book.author_id.in_(db.query(Author.id).filter(Author.publisher_id.in_(of_oslo))))
    as_subquery = of_oslo.subquery()
    return [
        [a.name for a in db.query(Author).filter(Author.publisher_id.in_(of_oslo)).order_by(Author.id)],
        [a.id for a in idle],
        sorted(b.id for b in nested),
        db.query(Author).filter(Author.publisher_id.in_(select(as_subquery.c.id))).count(),
    ]
