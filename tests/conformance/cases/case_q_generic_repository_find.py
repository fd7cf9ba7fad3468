"""Queries: a repository for any model, with criteria and keywords."""
from typing import Generic, List, Optional, Type, TypeVar

from sqlalchemy.orm import Session
from models import Author, Base, Book

Model = TypeVar("Model", bound=Base)


class Repository(Generic[Model]):
    model: Type[Model]

    def __init__(self, db: Session):
        self.db = db

    def get(self, key) -> Optional[Model]:
        return self.db.query(self.model).get(key)

    def find(self, *criteria, **equal) -> List[Model]:
        query = self.db.query(self.model)
        if criteria:
            query = query.filter(*criteria)
        if equal:
            query = query.filter_by(**equal)
        return query.order_by(self.model.id).all()

    def first(self, **equal) -> Optional[Model]:
        return self.db.query(self.model).filter_by(**equal).order_by(self.model.id).first()

    def count(self, *criteria) -> int:
        return self.db.query(self.model).filter(*criteria).count()

    def exists(self, key) -> bool:
        return self.db.query(self.model.id).filter(self.model.id == key).first() is not None

    def delete(self, key) -> int:
        deleted = self.db.query(self.model).filter(self.model.id == key).delete()
        self.db.commit()
        return deleted


class Books(Repository[Book]):
    model = Book

    def cheap(self):
        return self.find(Book.price < 20)


class Authors(Repository[Author]):
    model = Author


def case(db: Session):
    books, authors = Books(db), Authors(db)
    return [
        books.get(1).title, books.get(99), [b.id for b in books.cheap()], [a.id for a in authors.find(name="Ada")],
        authors.first(name="Bob").email, authors.count(), books.count(Book.price > 10, Book.stock > 0),
        books.exists(4), authors.exists(9), books.delete(5), books.delete(5),
    ]
