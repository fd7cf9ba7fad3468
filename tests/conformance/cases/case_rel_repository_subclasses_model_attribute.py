"""Repositories that name their model as a class attribute; subclasses add their own reads."""
from sqlalchemy.orm import Session

from models import Author, Book


class Base_:
    model = None

    def __init__(self, db: Session):
        self.db = db

    def get(self, ident):
        return self.db.query(self.model).filter(self.model.id == ident).first()


class AuthorRepository(Base_):
    model = Author

    def titles(self, ident):
        author = self.get(ident)
        return [b.title for b in author.books]


class BookRepository(Base_):
    model = Book

    def stars(self, ident):
        return [r.stars for r in self.get(ident).reviews]


def case(db: Session):
    return [AuthorRepository(db).titles(1), BookRepository(db).stars(1)]
