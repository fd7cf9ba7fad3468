"""try/except/else/finally with returns and raises around queries."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def lookup(db: Session, key, log):
    try:
        author = db.query(Author).filter(Author.id == key).one()
    except Exception as error:
        log.append(type(error).__name__)
        return None
    else:
        log.append(author.name)
        return author.id
    finally:
        log.append(db.query(Author).count())


def case(db: Session):
    log = []
    return lookup(db, 1, log), lookup(db, 999, log), log
