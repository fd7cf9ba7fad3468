"""A TypeAdapter of a list of schemas."""
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy.orm import Session

from models import Author


class ProfileOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    bio: str


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    profile: ProfileOut | None


ADAPTER = TypeAdapter(list[AuthorOut])


def case(db: Session):
    return [a.model_dump() for a in ADAPTER.validate_python(db.query(Author).order_by(Author.id).all(), from_attributes=True)]
