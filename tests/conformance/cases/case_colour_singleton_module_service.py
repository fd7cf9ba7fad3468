"""Colour: a module-level service that is given the session later."""

from sqlalchemy.orm import Session
from models import Author, Book


class Service:
    _instance = None

    def __init__(self):
        self.db = None

    @classmethod
    def get(cls):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def bind(self, db: Session):
        self.db = db
        return self

    def count(self):
        return self.db.query(Author).count()


def total(db: Session):
    return Service.get().bind(db).count()


def case(db: Session):
    return [total(db), Service.get().count()]
