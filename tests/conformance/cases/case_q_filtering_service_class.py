"""A fluent class around a query: every method gives self, the last one runs it."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


class BookFinder:
    def __init__(self, db: Session):
        self.db = db
        self.query = db.query(Book)
        self._joined = False

    def live(self):
        self.query = self.query.filter(Book.status == "live")
        return self

    def by(self, name):
        if not self._joined:
            self.query = self.query.join(Book.author)
            self._joined = True
        self.query = self.query.filter(Author.name == name)
        return self

    def sorted_by(self, *keys):
        self.query = self.query.order_by(*keys)
        return self

    def __iter__(self):
        return iter(self.query.all())

    def page(self, number, size):
        return self.query.limit(size).offset((number - 1) * size).all()

    def total(self):
        return self.query.count()

    def average(self):
        return self.query.with_entities(func.avg(Book.price)).scalar()


def case(db: Session):
    return [
        [b.id for b in BookFinder(db).live().sorted_by(Book.id).page(1, 2)],
        BookFinder(db).by("Ada").total(),
        float(BookFinder(db).live().by("Ada").average()),
    ]
