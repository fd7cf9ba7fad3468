"""A query that an inner function extends, a session that an outer one holds, queries as default arguments of closures."""
from sqlalchemy.orm import Session

from models import Book


def pager(session: Session, size: int):
    query = session.query(Book).order_by(Book.id)

    def page(number: int, **criteria):
        nonlocal query
        wanted = query.filter_by(**criteria) if criteria else query
        return [b.id for b in wanted.offset(size * number).limit(size)]

    def only(predicate):
        nonlocal query
        query = query.filter(predicate)
        return page

    return page, only


def case(db: Session):
    page, only = pager(db, 2)
    first = [page(0), page(1), page(0, author_id=1)]
    return first + [only(Book.price > 10)(0), page(0)]
