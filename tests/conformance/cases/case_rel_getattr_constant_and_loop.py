"""Loads: getattr constant and loop."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    a = db.query(Author).get(1)
    return [getattr(a, "publisher").name, getattr(a, "missing", 5), {f: getattr(a, f) for f in ("name", "age")}]
