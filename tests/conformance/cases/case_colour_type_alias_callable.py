"""Colour: type alias callable."""

from typing import Callable, Dict
from sqlalchemy.orm import Session
from models import Author, Book

Step = Callable[[Session], int]


def a(db: Session) -> int:
    return db.query(Author).count()


def b(db: Session) -> int:
    return db.query(Book).count()


STEPS: Dict[str, Step] = {"a": a, "b": b}


def run(db: Session, step: Step) -> int:
    return step(db) + 1


def case(db: Session):
    return [run(db, a), run(db, STEPS["b"]), [run(db, s) for s in STEPS.values()]]
