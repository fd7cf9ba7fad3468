"""Colour: match dispatch."""

from sqlalchemy.orm import Session
from models import Author, Book


def handle(db: Session, command):
    match command:
        case {"op": "count", "model": m}:
            return db.query(m).count()
        case ["get", int(ident)] if db.query(Author).get(ident) is not None:
            return db.query(Author).get(ident).name
        case ("get", ident):
            return f"no {ident}"
        case _:
            return None


def case(db: Session):
    return [handle(db, {"op": "count", "model": Book}), handle(db, ["get", 1]), handle(db, ["get", 77]), handle(db, 3)]
