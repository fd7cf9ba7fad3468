"""Colour: unit of work class."""

from sqlalchemy.orm import Session
from models import Author, Event


class AuthorRepo:
    def __init__(self, session):
        self.session = session

    def get(self, ident):
        return self.session.query(Author).filter_by(id=ident).one_or_none()

    def add(self, author):
        self.session.add(author)


class UnitOfWork:
    def __init__(self, session: Session):
        self.session = session

    def __enter__(self):
        self.authors = AuthorRepo(self.session)
        return self

    def __exit__(self, *args):
        self.rollback()

    def commit(self):
        self.session.commit()

    def rollback(self):
        self.session.rollback()


def case(db: Session):
    with UnitOfWork(db) as uow:
        uow.authors.add(Author(name="New"))
        uow.commit()
    with UnitOfWork(db) as uow:
        uow.authors.add(Author(name="Lost"))
    return [a.name for a in db.query(Author).filter(Author.id > 4)]
