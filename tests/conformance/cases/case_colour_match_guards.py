"""Colour: match with guards and captures that query."""

from sqlalchemy.orm import Session
from models import Author, Book


def answer(db: Session, command):
    match command:
        case {"get": ident} if (author := db.get(Author, ident)):
            return author.name
        case {"get": _}:
            return "missing"
        case ["count", kind, *rest] if kind in ("a", "b"):
            return db.query(Author if kind == "a" else Book).count() + len(rest)
        case str(name):
            return db.query(Author).filter(Author.name == name).count()
        case _:
            return None


def case(db: Session):
    return [answer(db, c) for c in ({"get": 1}, {"get": 99}, ["count", "a"], ["count", "b", 1], "Ada", 3)]
