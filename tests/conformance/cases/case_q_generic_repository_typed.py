"""A generic repository with typed queries and hooks that subclasses override."""
from typing import Generic, List, Optional, Type, TypeVar

from sqlalchemy.orm import Query, Session

from models import Author, Base, Book

M = TypeVar("M", bound=Base)


class Repository(Generic[M]):
    model: Type[M]

    def __init__(self, db: Session):
        self.db = db

    def base(self) -> "Query[M]":
        return self.db.query(self.model)

    def visible(self, query: "Query[M]") -> "Query[M]":
        return query

    def all(self) -> List[M]:
        return self.visible(self.base()).order_by(self.model.id).all()

    def get(self, id: int) -> Optional[M]:
        return self.visible(self.base()).filter(self.model.id == id).first()

    def count(self, *criteria) -> int:
        return self.visible(self.base()).filter(*criteria).count()

    def remove(self, id: int) -> bool:
        return self.base().filter(self.model.id == id).delete() > 0


class Books(Repository[Book]):
    model = Book

    def visible(self, query):
        return query.filter(Book.status == "live")

    def cheapest(self):
        return self.visible(self.base()).order_by(Book.price, Book.id).first()


class Authors(Repository[Author]):
    model = Author

    def named(self, name):
        return self.base().filter(self.model.name == name)


def case(db: Session):
    books, authors = Books(db), Authors(db)
    return [
        [b.id for b in books.all()], books.get(3), books.get(1).title, books.count(Book.price > 15),
        books.cheapest().id, [a.id for a in authors.all()], authors.named("Ada").count(),
        [a.id for a in authors.named("Ada").order_by(Author.id.desc())], books.remove(5), books.remove(5),
    ]
