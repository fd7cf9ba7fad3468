"""Queries: terminal one or none multi."""

from sqlalchemy.orm import Session
from sqlalchemy.exc import MultipleResultsFound
from models import Author


def find(db, name):
    return db.query(Author).filter_by(name=name).one_or_none()


def case(db: Session):
    out = [find(db, "Bob").id, find(db, "Nobody")]
    try:
        find(db, "Ada")
    except MultipleResultsFound:
        out.append("many")
    return out
