"""Queries: populate existing."""

from sqlalchemy import text
from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    db.execute(text("UPDATE authors SET age = 7 WHERE id = 1"))
    db.query(Author).populate_existing().filter(Author.id == 1).all()
    return a.age
