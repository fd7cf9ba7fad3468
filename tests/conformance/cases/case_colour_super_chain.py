"""Colour: super chain."""

from sqlalchemy.orm import Session
from models import Author


class Base_:
    def __init__(self, db: Session):
        self.db = db

    def describe(self):
        return ["base"]


class Middle(Base_):
    def describe(self):
        return super().describe() + [self.db.query(Author).count()]


class Leaf(Middle):
    def describe(self):
        return super().describe() + ["leaf"]


def case(db: Session):
    return [x.describe() for x in (Base_(db), Middle(db), Leaf(db))]
