"""Loads: polymorphic subclass column."""

from sqlalchemy.orm import Session
from models import Editor, Staff


def line(s):
    if isinstance(s, Editor):
        return f"{s.name} at {s.desk} for {s.publisher.name}"
    return f"{s.name} for {s.publisher.name}"


def case(db: Session):
    return [line(s) for s in db.query(Staff).order_by(Staff.id)]
