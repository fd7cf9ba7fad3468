"""Queries: repository base query property."""

from sqlalchemy.orm import Session
from models import Author, Book


class Repo:
    model = None

    def __init__(self, session: Session):
        self.session = session

    def base(self):
        return self.session.query(self.model)

    def get(self, ident):
        return self.base().filter(self.model.id == ident).one_or_none()

    def all(self):
        return self.base().order_by(self.model.id).all()


class Books(Repo):
    model = Book

    def base(self):
        return super().base().filter(Book.status == "live")


class Authors(Repo):
    model = Author


def case(db: Session):
    return [Books(db).get(3), Books(db).get(1).title, len(Authors(db).all()), [b.id for b in Books(db).all()]]
