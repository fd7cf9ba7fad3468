"""A schema's own classmethod builds it from the entity, field by field."""
from pydantic import BaseModel
from sqlalchemy.orm import Session

from models import Book


class BookOut(BaseModel):
    title: str
    author: str
    tags: list[str]

    @classmethod
    def from_model(cls, book: Book) -> "BookOut":
        return cls(title=book.title, author=book.author.name if book.author else "-", tags=[t.name for t in book.tags])


def case(db: Session):
    return [BookOut.from_model(b).model_dump() for b in db.query(Book).order_by(Book.id).all()]
