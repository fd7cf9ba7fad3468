"""A subclass of Session with methods of its own that query."""
from sqlalchemy.orm import Session

from models import Author, Book


class Finder:
    model = Author

    def __init__(self, session: Session):
        self.session = session

    @property
    def base(self):
        return self.session.query(self.model)

    def by_ids(self, *ids):
        return self.base.filter(self.model.id.in_(ids)).order_by(self.model.id).all()

    def exists(self, **criteria):
        return self.session.query(self.base.filter_by(**criteria).exists()).scalar()


class BookFinder(Finder):
    model = Book

    @property
    def base(self):
        return super().base.filter(Book.price > 0)


def case(db: Session):
    finder, books = Finder(db), BookFinder(db)
    return [finder.by_ids(1, 2), books.by_ids(3, 1), finder.exists(id=1), books.exists(title="nothing"), finder.by_ids()]
