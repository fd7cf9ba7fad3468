"""Colour: strategies in attributes, chosen at run time."""

from sqlalchemy.orm import Session
from models import Author, Book


def by_id(db: Session):
    return db.query(Author).order_by(Author.id).all()


def by_name(db: Session):
    return db.query(Author).order_by(Author.name.desc()).all()


class Lister:
    strategies = {"id": by_id, "name": by_name}

    def __init__(self, db: Session, order="id"):
        self.db = db
        self.order = self.strategies[order]
        self.fallback = by_id

    def names(self):
        chosen = self.order or self.fallback
        return [a.name for a in chosen(self.db)]


def case(db: Session):
    return [Lister(db).names(), Lister(db, "name").names(), [len(f(db)) for f in Lister.strategies.values()]]
