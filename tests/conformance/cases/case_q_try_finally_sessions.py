"""Errors in the middle of work with queries: what is rolled back, what is raised again, what is returned."""
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import NoResultFound

from models import Author, Publisher


class Missing(Exception):
    pass


def get(db: Session, name):
    try:
        return db.query(Publisher).filter(Publisher.name == name).one()
    except NoResultFound as error:
        raise Missing(name) from error


def add(db: Session, name):
    publisher = Publisher(name=name)
    try:
        db.add(publisher)
        db.commit()
    except IntegrityError:
        db.rollback()
        return get(db, name), False
    else:
        db.refresh(publisher)
        return publisher, True
    finally:
        db.query(Author).filter(Author.id == 4).update({"age": Author.id})


def safe(run):
    try:
        return run()
    except (Missing, SQLAlchemyError) as error:
        return type(error).__name__


def case(db: Session):
    out = [add(db, "Dill")[1], add(db, "Acorn")[1], get(db, "Dill").name]
    try:
        get(db, "Elm")
    except Missing as error:
        out.append((str(error), type(error.__cause__).__name__))
    out.append(db.query(Author.age).filter(Author.id == 4).scalar())
    db.rollback()
    out.append(db.query(Author.age).filter(Author.id == 4).scalar())
    return out
