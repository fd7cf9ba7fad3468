"""Colour: global state."""

from sqlalchemy.orm import Session
from models import Author

_session = None


def init(db: Session):
    global _session
    _session = db


def get_session() -> Session:
    assert _session is not None
    return _session


def count():
    return get_session().query(Author).count()


def case(db: Session):
    init(db)
    return [count(), get_session().query(Author).filter(Author.id == 1).one().name]
