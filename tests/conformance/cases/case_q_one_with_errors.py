"""Queries: one() and what it raises."""
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session
from models import Author, Book


class NotFound(Exception):
    pass


def author_named(db: Session, name: str):
    try:
        return db.query(Author).filter(Author.name == name).one().id
    except NoResultFound:
        raise NotFound(name) from None
    except MultipleResultsFound:
        return -1


def case(db: Session):
    out = [author_named(db, "Bob"), author_named(db, "Ada")]
    try:
        author_named(db, "Zed")
    except NotFound as error:
        out.append(str(error))
    price, = db.query(Book.price).filter(Book.id == 1).one()
    title, stock = db.query(Book.title, Book.stock).filter_by(id=3).one()
    return out, price, title, stock
