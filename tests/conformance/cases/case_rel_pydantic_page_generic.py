"""A generic page schema made from the entities."""
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models import Book

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int


class ReviewOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    stars: int


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    reviews: list[ReviewOut]


def case(db: Session):
    books = db.query(Book).order_by(Book.id).limit(3).all()
    page = Page[BookOut](items=[BookOut.model_validate(b) for b in books], total=db.query(Book).count())
    return page.model_dump()
