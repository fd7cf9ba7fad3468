"""A generic repository with TypeVar, subclasses that override and call super()."""
from typing import Generic, Type, TypeVar

T = TypeVar("T")

from sqlalchemy.orm import Session

from models import Author, Book, Event


class Repository(Generic[T]):
    model: Type[T]

    def __init__(self, db: Session):
        self.db = db

    def get(self, key) -> T:
        return self.db.get(self.model, key)

    def all(self):
        return self.db.query(self.model).order_by(self.model.id).all()


class Authors(Repository[Author]):
    model = Author

    def all(self):
        return [a for a in super().all() if a.active]


class Books(Repository[Book]):
    model = Book

    def get(self, key):
        book = super().get(key)
        return book.title if book else None


def describe(repository: Repository):
    return len(repository.all())


def case(db: Session):
    return describe(Authors(db)), describe(Books(db)), Authors(db).get(1).name, Books(db).get(1), Books(db).get(999)
