"""Queries: session in helper default none."""

from typing import Optional
from sqlalchemy.orm import Session
from models import Author


def count(session: Optional[Session] = None) -> int:
    if session is None:
        return -1
    return session.query(Author).count()


def case(db: Session):
    return [count(), count(db), count(session=db)]
