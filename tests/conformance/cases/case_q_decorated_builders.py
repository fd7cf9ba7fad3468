"""Decorators and closures around functions that build queries."""
import functools

from sqlalchemy.orm import Session

from models import Book


def only_live(build):
    @functools.wraps(build)
    def wrapper(*args, **kwargs):
        return build(*args, **kwargs).filter(Book.status == "live")
    return wrapper


def limited(count):
    def decorate(build):
        @functools.wraps(build)
        def wrapper(*args, **kwargs):
            return build(*args, **kwargs).limit(count)
        return wrapper
    return decorate


@only_live
def books(db: Session):
    return db.query(Book).order_by(Book.id)


@limited(1)
@only_live
def first_titles(db: Session, low):
    return db.query(Book.title).filter(Book.price >= low).order_by(Book.id)


FILTERS = {
    "cheap": lambda query: query.filter(Book.price < 16),
    "stocked": lambda query: query.filter(Book.stock > 0),
}


def filtered(db, *names):
    query = db.query(Book)
    for name in names:
        query = FILTERS[name](query)
    return query


def case(db: Session):
    return [
        [b.id for b in books(db)], [b.id for b in books(db).filter(Book.price > 16)], first_titles(db, 20).all()[0][0],
        filtered(db, "cheap").count(), [b.id for b in filtered(db, "cheap", "stocked").order_by(Book.id)],
    ]
