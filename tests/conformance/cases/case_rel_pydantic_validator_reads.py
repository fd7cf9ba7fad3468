"""A before-validator turns the entity into a dict and reads relationships on its way."""
from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy.orm import Session

from models import Book


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    author_name: str | None
    stars: list[int]

    @model_validator(mode="before")
    @classmethod
    def flatten(cls, value):
        if isinstance(value, Book):
            return {
                "title": value.title,
                "author_name": value.author.name if value.author else None,
                "stars": [r.stars for r in value.reviews],
            }
        return value


def case(db: Session):
    return [BookOut.model_validate(b).model_dump() for b in db.query(Book).order_by(Book.id).all()]
