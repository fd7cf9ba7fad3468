"""Colour: property setter."""

from sqlalchemy.orm import Session
from models import Author


class Editor:
    def __init__(self, db: Session, ident):
        self.db, self.ident = db, ident

    @property
    def name(self):
        return self.db.query(Author.name).filter(Author.id == self.ident).scalar()

    @name.setter
    def name(self, value):
        self.db.query(Author).filter(Author.id == self.ident).update({"name": value})


def case(db: Session):
    e = Editor(db, 1)
    old = e.name
    e.name = "Ann"
    return [old, e.name]
