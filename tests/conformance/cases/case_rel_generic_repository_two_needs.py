"""A generic repository; two services read different things of what it gives."""
from typing import Generic, Type, TypeVar

from sqlalchemy.orm import Session

from models import Author, Book

ModelT = TypeVar("ModelT")


class Repository(Generic[ModelT]):
    def __init__(self, model: Type[ModelT]):
        self.model = model

    def get(self, db: Session, ident) -> ModelT | None:
        return db.query(self.model).filter(self.model.id == ident).first()

    def get_multi(self, db: Session, skip=0, limit=10) -> list[ModelT]:
        return db.query(self.model).order_by(self.model.id).offset(skip).limit(limit).all()


authors: Repository[Author] = Repository(Author)
books: Repository[Book] = Repository(Book)


def author_line(db: Session, ident):
    author = authors.get(db, ident)
    return f"{author.name} {len(author.books)}"


def book_line(db: Session, ident):
    book = books.get(db, ident)
    return f"{book.title} {book.author.name}"


def case(db: Session):
    return [author_line(db, 1), book_line(db, 3), [len(b.reviews) for b in books.get_multi(db, limit=3)],
            [a.publisher.name for a in authors.get_multi(db, limit=2)]]
