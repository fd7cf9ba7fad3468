"""model_validate of nested schemas, one inherited, one with an alias."""
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from models import Author


class Schema(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class TagOut(Schema):
    name: str


class BookBase(Schema):
    title: str


class BookOut(BookBase):
    tags: list[TagOut]


class AuthorOut(Schema):
    name: str
    works: list[BookOut] = Field(alias="books")
    house: str | None = None


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    return [AuthorOut.model_validate(a).model_dump() for a in authors]
