"""FastAPI's jsonable_encoder of schemas and of dicts that hold what relationships gave."""
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models import Book


class TagOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str
    tags: list[TagOut]


def case(db: Session):
    books = db.query(Book).order_by(Book.id).all()
    return jsonable_encoder([{"book": BookOut.model_validate(b), "reviews": len(b.reviews)} for b in books])
