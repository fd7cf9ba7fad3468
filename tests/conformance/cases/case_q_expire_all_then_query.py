"""Queries: expire all then query."""

from sqlalchemy import text
from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    db.execute(text("UPDATE authors SET age = 7 WHERE id = 1"))
    db.expire_all()
    b = db.query(Author).filter(Author.id == 1).one()
    return [b.age, a is b]
