"""Sort keys, searchable columns and base criteria as class attributes of services."""
from sqlalchemy import or_
from sqlalchemy.orm import Session

from models import Author, Book


class Service:
    model = None
    searchable = ()
    order = None

    def __init__(self, session: Session):
        self.session = session

    @property
    def query(self):
        return self.session.query(self.model)

    def search(self, text):
        like = f"%{text}%"
        return self.query.filter(or_(*[getattr(self.model, name).ilike(like) for name in self.searchable]))

    def list(self, text=None, limit=10):
        query = self.search(text) if text else self.query
        if self.order is not None:
            query = query.order_by(getattr(self.model, self.order))
        return query.limit(limit).all()

    def first(self, **kw):
        return self.query.filter_by(**kw).first()

    def update(self, key, **values):
        return self.query.filter(self.model.id == key).update(values)

    def delete(self, key):
        return self.query.filter_by(id=key).delete()


class AuthorService(Service):
    model = Author
    searchable = ("name", "email")
    order = "id"


class BookService(Service):
    model = Book
    searchable = ("title",)
    order = "price"


def case(db: Session):
    authors, books = AuthorService(db), BookService(db)
    return [
        [a.id for a in authors.list("a")], [a.id for a in authors.list(limit=2)], [b.id for b in books.list("ne")],
        authors.first(email="bob@x.org").id, books.first(id=50),
        books.update(1, price=1, stock=4), books.delete(5), books.delete(5), books.query.count(),
    ]
