"""Query objects that are made without a session and get one later."""
from sqlalchemy.orm import Query, Session

from models import Author, Book

CHEAP = Query(Book).filter(Book.price < 20)


def case(db: Session):
    by_name = Query([Author.name, Author.id]).order_by(Author.id)
    return [
        [b.id for b in CHEAP.with_session(db).order_by(Book.id)],
        [tuple(row) for row in by_name.with_session(db).limit(2)],
        Query(Book, session=db).count(),
        CHEAP.with_session(db).filter(Book.id == 1).first() is not None,
    ]
