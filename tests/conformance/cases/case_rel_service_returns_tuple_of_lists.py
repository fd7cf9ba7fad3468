"""A service gives a tuple of lists and a total; the caller unpacks and reads."""
from sqlalchemy.orm import Session

from models import Author, Book


class Service:
    def __init__(self, db: Session):
        self.db = db

    def page(self, size):
        query = self.db.query(Book).order_by(Book.id)
        return query.limit(size).all(), self.db.query(Author).order_by(Author.id).all(), query.count()


def case(db: Session):
    books, authors, total = Service(db).page(2)
    return [[b.author.name for b in books], [len(a.books) for a in authors], total]
