"""Criteria, queries and builders at module level, bound to a session when used."""
from sqlalchemy.orm import Query, Session

from models import Author, Book

LIVE = Query(Book).filter(Book.status == "live")
PEOPLE = Query([Author.id, Author.name]).order_by(Author.id)
REPORTS = {"live": LIVE, "all": Query(Book)}


def report(db: Session, name):
    return REPORTS[name].with_session(db).count()


def case(db: Session):
    return [
        [b.id for b in LIVE.with_session(db).order_by(Book.id)],
        [tuple(r) for r in PEOPLE.with_session(db)],
        report(db, "live"), report(db, "all"),
    ]
