"""A created entity is returned as a schema with relationships."""
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models import Book


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    author: AuthorOut | None
    tags: list[AuthorOut]


def create(db: Session, **values) -> BookOut:
    book = Book(**values)
    db.add(book)
    db.commit()
    db.refresh(book)
    return BookOut.model_validate(book)


def case(db: Session):
    return [create(db, title="A", author_id=1).model_dump(), create(db, title="B").model_dump()]
