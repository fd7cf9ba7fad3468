"""Colour: a data class with factories and a callable field."""

from dataclasses import dataclass, field
from typing import Callable

from sqlalchemy.orm import Session
from models import Author, Book


def count_books(db: Session) -> int:
    return db.query(Book).count()


@dataclass
class Job:
    name: str
    work: Callable[[Session], int]
    results: list = field(default_factory=list)

    def run(self, db: Session) -> int:
        self.results.append(self.work(db))
        return self.results[-1]


def case(db: Session):
    jobs = [Job("books", count_books), Job("authors", lambda session: session.query(Author).count())]
    return [(job.name, job.run(db), job.results) for job in jobs]
