"""Colour: class attribute session."""

from sqlalchemy.orm import Session
from models import Author


class Model:
    session: Session = None

    @classmethod
    def bind(cls, session: Session):
        cls.session = session

    @classmethod
    def count(cls):
        return cls.session.query(Author).count()


def case(db: Session):
    Model.bind(db)
    return [Model.count(), Model.session.query(Author).first().id]
