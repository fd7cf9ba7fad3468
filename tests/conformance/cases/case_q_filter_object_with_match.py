"""A filter object that adds what it holds to a query; match on its kind."""
from dataclasses import dataclass, fields

from sqlalchemy.orm import Query, Session

from models import Book


@dataclass
class BookFilter:
    min_price: int | None = None
    title: str | None = None
    order: str = "id"

    def apply(self, query: Query) -> Query:
        if self.min_price is not None:
            query = query.filter(Book.price >= self.min_price)
        if self.title:
            query = query.filter(Book.title.like(f"%{self.title}%"))
        match self.order:
            case "price":
                return query.order_by(Book.price.desc(), Book.id)
            case "id" | "":
                return query.order_by(Book.id)
            case _:
                return query.order_by(getattr(Book, self.order), Book.id)


def case(db: Session):
    filters = [BookFilter(), BookFilter(min_price=12, order="price"), BookFilter(title="e", order="title"), BookFilter(4711)]
    return [[b.id for b in f.apply(db.query(Book)).all()] for f in filters] + [
        f.apply(db.query(Book)).count() for f in filters] + [[one.name for one in fields(BookFilter)]]
