"""Loads: different callers need different."""

from sqlalchemy.orm import Session
from models import Author


def get_author(db: Session, ident):
    return db.query(Author).filter(Author.id == ident).first()


def books(db, ident):
    return [b.title for b in get_author(db, ident).books]


def where(db, ident):
    a = get_author(db, ident)
    return a.publisher.city


def age(db, ident):
    return get_author(db, ident).age


def case(db: Session):
    return [books(db, 1), where(db, 3), age(db, 2)]
