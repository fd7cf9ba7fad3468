"""Queries: session try except rollback."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from models import Publisher


def add(db: Session, name):
    try:
        db.add(Publisher(name=name))
        db.commit()
        return "ok"
    except IntegrityError:
        db.rollback()
        return "dup"
    finally:
        db.query(Publisher).count()


def case(db: Session):
    return [add(db, "Dawn"), add(db, "Acorn"), add(db, "Elm"), db.query(Publisher).count()]
