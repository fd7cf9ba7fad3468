"""Queries in every part of try, in with, in raise and except clauses that use what was asked."""
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from models import Author, Book


def kind(session: Session, **criteria):
    try:
        author = session.query(Author).filter_by(**criteria).one()
    except NoResultFound as error:
        return type(error).__name__, session.query(Author).count()
    except MultipleResultsFound:
        return "many", session.query(Author).filter_by(**criteria).count()
    else:
        return "one", session.query(Book).filter_by(author_id=author.id).count()
    finally:
        session.query(Book).first()


def fail(session: Session):
    raise LookupError(f"{session.query(Author).count()} authors, {session.query(Book.title).order_by(Book.id).first().title}")


def case(db: Session):
    try:
        fail(db)
    except LookupError as error:
        message = str(error)
    return [kind(db, id=1), kind(db, id=4711), kind(db, active=True), message]
