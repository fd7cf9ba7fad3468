"""Colour: returned function."""

from sqlalchemy.orm import Session
from models import Author


def finder(kind):
    def by_id(db: Session, value):
        return db.query(Author).get(value)

    def by_name(db: Session, value):
        return db.query(Author).filter(Author.name == value).order_by(Author.id).first()

    return by_id if kind == "id" else by_name


def case(db: Session):
    return [finder("id")(db, 2).name, finder("name")(db, "Ada").id]
