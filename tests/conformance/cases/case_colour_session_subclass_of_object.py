"""Colour: session subclass of object."""

from sqlalchemy.orm import Session
from models import Author


class Dal(object):
    def __init__(self, session: Session = None):
        self._session = session

    @property
    def session(self) -> Session:
        return self._session

    def author(self, ident):
        return self.session.query(Author).get(ident)

    def save(self):
        self.session.commit()


def case(db: Session):
    dal = Dal(db)
    dal.author(1).age = 1
    dal.save()
    return dal.author(1).age
