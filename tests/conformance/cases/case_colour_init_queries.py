"""Colour: init queries."""

from sqlalchemy.orm import Session
from models import Author


class Report:
    def __init__(self, db: Session, name):
        self.authors = db.query(Author).filter(Author.name == name).order_by(Author.id).all()
        self.name = name

    def ids(self):
        return [a.id for a in self.authors]


def build(db: Session, name):
    return Report(db, name)


def case(db: Session):
    return [build(db, "Ada").ids(), Report(db, "Bob").ids(), [Report(db, n).name for n in ("x", "y")]]
