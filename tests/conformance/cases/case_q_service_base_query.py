"""Queries: a service whose methods narrow one base query."""
from sqlalchemy.orm import Session, joinedload
from models import Author, Book


class BookService:
    def __init__(self, db: Session, only_live: bool = False):
        self.db = db
        self.only_live = only_live

    def _query(self, with_author: bool = False):
        query = self.db.query(Book)
        if with_author:
            query = query.options(joinedload(Book.author))
        if self.only_live:
            query = query.filter(Book.status == "live")
        return query

    def get(self, book_id: int):
        return self._query(with_author=True).filter(Book.id == book_id).first()

    def by_author(self, name: str):
        return self._query().join(Book.author).filter(Author.name == name).order_by(Book.id).all()

    def count(self) -> int:
        return self._query().count()

    def titles(self):
        return [title for (title,) in self._query().with_entities(Book.title).order_by(Book.title)]


def case(db: Session):
    every, live = BookService(db), BookService(db, only_live=True)
    book = every.get(1)
    return [
        (book.title, book.author.name), live.get(3), [b.id for b in every.by_author("Ada")],
        every.count(), live.count(), live.titles(),
    ]
