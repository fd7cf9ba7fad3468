"""Stays synchronous: lru cache."""

from functools import lru_cache
from sqlalchemy.orm import Session
from models import Author

EXPECT = "refuse"
calls = []


@lru_cache(maxsize=None)
def count(db: Session, name):
    calls.append(name)
    return db.query(Author).filter(Author.name == name).count()


def case(db: Session):
    calls.clear()
    return [count(db, "Ada"), count(db, "Ada"), count(db, "Bob"), len(calls)]
