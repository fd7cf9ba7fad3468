"""one() and one_or_none(): what they raise, caught by class, in helpers and in loops."""
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import NoResultFound as OldNoResult

from models import Author


def outcome(run):
    try:
        return run()
    except NoResultFound:
        return "none"
    except MultipleResultsFound:
        return "many"


def by_name(db, name):
    try:
        return db.query(Author).filter_by(name=name).one().id
    except OldNoResult:
        return "nobody"
    except MultipleResultsFound as error:
        return type(error).__name__


def case(db: Session):
    found = []
    for name in ("Ada", "Bob", "Nil"):
        found.append(by_name(db, name))
        try:
            author = db.query(Author).filter(Author.name == name).one_or_none()
            found.append(author and author.id)
        except MultipleResultsFound:
            found.append("several")
        try:
            found.append(db.query(Author.id, Author.age).filter(Author.name == name).one().age)
        except (NoResultFound, MultipleResultsFound) as error:
            found.append(type(error).__name__)
        try:
            found.append(db.query(Author.id).filter(Author.name == name).scalar())
        except MultipleResultsFound:
            found.append("scalars")
    return found
