"""Queries: nested functions that build and run queries."""
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    def base():
        return db.query(Book)

    def live():
        return base().filter(Book.status == "live")

    def counts(*builders):
        return [build().count() for build in builders]

    find = lambda key: db.query(Book).get(key)  # noqa: E731
    titles = lambda: [b.title for b in live().order_by(Book.id)]  # noqa: E731
    return counts(base, live), find(1).title, find(77), titles()
