"""Colour: raise and assert."""

from sqlalchemy.orm import Session
from models import Author


class Missing(Exception):
    pass


def must(db: Session, ident):
    author = db.query(Author).get(ident)
    if not author:
        raise Missing(db.query(Author).count())
    return author


def case(db: Session):
    try:
        must(db, 50)
    except Missing as e:
        first = e.args
    assert must(db, 1)
    del_me = must(db, 2)
    name = del_me.name
    del del_me
    return [first, name]
