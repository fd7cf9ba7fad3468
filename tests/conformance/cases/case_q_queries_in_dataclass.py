"""Queries in the fields of a dataclass and another, replaced and run later."""
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Query, Session

from models import Author, Book


@dataclass
class Listing:
    query: Query
    page: int = 1
    size: int = 2

    def items(self):
        return self.query.offset((self.page - 1) * self.size).limit(self.size).all()

    def pages(self):
        return -(-self.query.count() // self.size)


@dataclass
class Named:
    name: str
    query: Query = field(repr=False)
    seen: list = field(default_factory=list)


def case(db: Session):
    listing = Listing(db.query(Book).order_by(Book.id))
    second = replace(listing, page=2)
    listing.query = listing.query.filter(Book.status == "live")
    people = Listing(db.query(Author).order_by(Author.id), size=3)
    named = [Named("books", db.query(Book)), Named(name="authors", query=db.query(Author).filter(Author.active))]
    return [
        [b.id for b in listing.items()], listing.pages(), [b.id for b in second.items()],
        [a.id for a in people.items()], people.pages(),
        {n.name: n.query.count() for n in named},
    ]
