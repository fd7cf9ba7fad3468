"""A schema field that is a property of the model, which reads a relationship."""
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models import Author


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    book_titles: list[str]


def case(db: Session):
    return [AuthorOut.model_validate(a).model_dump() for a in db.query(Author).order_by(Author.id).all()]
