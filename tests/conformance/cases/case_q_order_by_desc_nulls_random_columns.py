"""Queries: order by desc nulls random columns."""

from sqlalchemy import asc, desc, nullslast
from sqlalchemy.orm import Session
from models import Author


def sort(db: Session, field="age", direction="desc"):
    column = getattr(Author, field)
    return [
        a.id
        for a in db.query(Author).order_by(nullslast(desc(column) if direction == "desc" else asc(column)), Author.id)
    ]


def case(db: Session):
    return [sort(db), sort(db, "name", "asc"), sort(db, "age", "asc")]
