"""A variable is annotated with a protocol that two unrelated classes stand for, one of which asks nothing."""
from typing import Protocol

from sqlalchemy.orm import Session

from models import Author


class Counter(Protocol):
    def number_from(self, db: Session, least: int) -> int:
        ...


class Authors:
    def number_from(self, db: Session, least: int) -> int:
        return db.query(Author).filter(Author.id >= least).count()


class Nothing:
    def number_from(self, db: Session, least: int) -> int:
        return -least


def counted(db: Session, least: int) -> int:
    counter: Counter = Authors() if least % 2 else Nothing()
    return counter.number_from(db, least)


def case(db: Session):
    return [counted(db, least) for least in range(4)]
