"""Colour: partial and bound."""

from functools import partial
from sqlalchemy.orm import Session
from models import Author, Book


class Service:
    def __init__(self, db: Session):
        self.db = db

    def count(self, model, **kw):
        return self.db.query(model).filter_by(**kw).count()


def case(db: Session):
    s = Service(db)
    count = s.count
    books = partial(s.count, Book)
    live = partial(count, Book, status="live")
    return [count(Author), books(), live(), books(status="draft")]
