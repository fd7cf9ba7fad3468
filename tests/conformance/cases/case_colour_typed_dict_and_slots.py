"""Colour: typed dict and slots."""

from sqlalchemy.orm import Session
from models import Author


class Holder:
    __slots__ = ("session",)

    def __init__(self, session: Session):
        self.session = session


class Uses:
    def __init__(self, holder: Holder):
        self.holder = holder

    def run(self):
        return self.holder.session.query(Author).count()


def case(db: Session):
    return Uses(Holder(db)).run()
