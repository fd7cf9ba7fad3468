"""Specifications that apply themselves to a query, composed by & and |."""
from sqlalchemy import and_, or_
from sqlalchemy.orm import Query, Session

from models import Author, Book


class Spec:
    def criterion(self):
        raise NotImplementedError

    def apply(self, query: Query) -> Query:
        return query.filter(self.criterion())

    def __and__(self, other):
        return Both(self, other)

    def __or__(self, other):
        return Either(self, other)


class Both(Spec):
    def __init__(self, *parts):
        self.parts = parts

    def criterion(self):
        return and_(*[p.criterion() for p in self.parts])


class Either(Both):
    def criterion(self):
        return or_(*[p.criterion() for p in self.parts])


class Live(Spec):
    def criterion(self):
        return Book.status == "live"


class Cheaper(Spec):
    def __init__(self, price):
        self.price = price

    def criterion(self):
        return Book.price < self.price


class By(Spec):
    def __init__(self, name):
        self.name = name

    def apply(self, query):
        return query.join(Book.author).filter(Author.name == self.name)


def find(db: Session, *specs, first=False):
    query = db.query(Book)
    for spec in specs:
        query = spec.apply(query)
    query = query.order_by(Book.id)
    return query.first() if first else query.all()


def case(db: Session):
    return [
        [b.id for b in find(db, Live() & Cheaper(25))], [b.id for b in find(db, Live() | Cheaper(10))],
        [b.id for b in find(db, By("Ada"), Cheaper(25))], find(db, By("Bob"), first=True).title,
        Live().apply(db.query(Book)).count(), Cheaper(16).apply(db.query(Book.title)).order_by(Book.id).first()[0],
    ]
