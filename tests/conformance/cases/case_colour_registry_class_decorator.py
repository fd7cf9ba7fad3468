"""Colour: handlers registered by a decorator and a class decorator."""

from sqlalchemy.orm import Session
from models import Author, Book


HANDLERS = {}
KINDS = {}


def handles(kind):
    def register(func):
        HANDLERS[kind] = func
        return func

    return register


def known_as(name):
    def register(cls):
        KINDS[name] = cls
        return cls

    return register


@handles("authors")
def authors(db: Session, limit):
    return [a.name for a in db.query(Author).order_by(Author.id).limit(limit)]


@handles("books")
def books(db: Session, limit):
    return [b.title for b in db.query(Book).order_by(Book.id).limit(limit)]


@known_as("first")
class First:
    def run(self, db: Session):
        return db.query(Author).order_by(Author.id).first().name


@known_as("last")
class Last:
    def run(self, db: Session):
        return db.query(Author).order_by(Author.id.desc()).first().name


def case(db: Session):
    return [HANDLERS[k](db, 2) for k in sorted(HANDLERS)] + [KINDS[k]().run(db) for k in sorted(KINDS)]
