"""Colour: exception context."""

from contextlib import suppress
from sqlalchemy.orm import Session
from sqlalchemy.exc import NoResultFound
from models import Author


def case(db: Session):
    out = []
    with suppress(NoResultFound):
        out.append(db.query(Author).filter(Author.id == 99).one())
        out.append("unreached")
    with suppress(NoResultFound):
        out.append(db.query(Author).filter(Author.id == 1).one().name)
    return out
