"""A decorator that commits or rolls back, and one that retries, around functions that query."""
import functools

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Publisher, Tag


def transactional(function):
    @functools.wraps(function)
    def wrapper(session: Session, *args, **kwargs):
        try:
            result = function(session, *args, **kwargs)
            session.commit()
            return result
        except IntegrityError:
            session.rollback()
            return "rolled back"
    return wrapper


@transactional
def add_tag(session: Session, name: str):
    session.add(Tag(name=name))
    session.flush()
    return session.query(Tag).filter_by(name=name).one().name


@transactional
def rename(session: Session, key: int, name: str):
    publisher = session.get(Publisher, key)
    publisher.name = name
    return publisher.name


def case(db: Session):
    return [add_tag(db, "new tag"), add_tag(db, "new tag"), rename(db, 1, "Renamed"), db.query(Tag).count(),
            db.query(Publisher.name).filter_by(id=1).scalar()]
