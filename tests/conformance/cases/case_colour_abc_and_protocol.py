"""Colour: abc and protocol."""

from abc import ABC, abstractmethod
from typing import Protocol
from sqlalchemy.orm import Session
from models import Author, Book


class Counter(ABC):
    def __init__(self, db: Session):
        self.db = db

    @abstractmethod
    def count(self) -> int: ...
    def twice(self):
        return 2 * self.count()


class Counts(Protocol):
    def count(self) -> int: ...


class AuthorCounter(Counter):
    def count(self):
        return self.db.query(Author).count()


class Fixed(Counter):
    def count(self):
        return 7


class BookCounter:
    def __init__(self, db: Session):
        self.db = db

    def count(self) -> int:
        return self.db.query(Book).count()


def total(items: list[Counts]) -> int:
    return sum(i.count() for i in items)


def case(db: Session):
    return [total([AuthorCounter(db), Fixed(db), BookCounter(db)]), Fixed(db).twice(), AuthorCounter(db).twice()]
