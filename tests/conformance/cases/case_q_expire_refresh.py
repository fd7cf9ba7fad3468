"""Queries: expire refresh."""

from sqlalchemy import text
from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    db.execute(text("UPDATE authors SET age = 7 WHERE id = 1"))
    old = a.age
    db.refresh(a)
    new = a.age
    db.execute(text("UPDATE authors SET age = 8 WHERE id = 1"))
    db.refresh(a, ["age"])
    return [old, new, a.age]
