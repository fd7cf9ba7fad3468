"""A field validator gets the collection and keeps the names."""
from pydantic import BaseModel, ConfigDict, field_validator
from sqlalchemy.orm import Session

from models import Book


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    tags: list[str]

    @field_validator("tags", mode="before")
    @classmethod
    def names(cls, tags):
        return [tag.name for tag in tags]


def case(db: Session):
    return [BookOut.model_validate(b).model_dump() for b in db.query(Book).order_by(Book.id).all()]
