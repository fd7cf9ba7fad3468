"""Queries: rows made into objects of the program."""
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


@dataclass
class Line:
    name: str
    books: int


class Pair(NamedTuple):
    title: str
    price: int


def lines(db: Session):
    query = (
        db.query(Author.name, func.count(Book.id).label("books"))
        .outerjoin(Author.books)
        .group_by(Author.id, Author.name)
        .order_by(Author.id)
    )
    return [Line(**row._mapping) for row in query]


def case(db: Session):
    pairs = [Pair(*row) for row in db.query(Book.title, Book.price).order_by(Book.price, Book.id)]
    return [vars(line) for line in lines(db)], [pair._asdict() for pair in pairs[:2]]
