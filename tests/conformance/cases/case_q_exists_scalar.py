"""Queries: exists scalar."""

from sqlalchemy import exists
from sqlalchemy.orm import Session
from models import Author, Book


def has(db: Session, title):
    return db.query(exists().where(Book.title == title)).scalar()


def has2(db: Session, title):
    return db.query(db.query(Book).filter(Book.title == title).exists()).scalar()


def has3(db: Session, name):
    return db.query(Author.id).filter_by(name=name).first() is not None


def case(db: Session):
    return [has(db, "Notes"), has(db, "x"), has2(db, "Notes"), has2(db, "x"), has3(db, "Bob"), has3(db, "x")]
