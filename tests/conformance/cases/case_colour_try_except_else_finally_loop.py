"""Colour: try, except, else and finally in loops with else."""

from sqlalchemy.orm import Session
from models import Author, Book


def find(db: Session, name):
    return db.query(Author).filter(Author.name == name).one()


def case(db: Session):
    log = []
    for name in ("Ada", "nobody", "Bob"):
        try:
            author = find(db, name)
        except Exception as error:
            log.append(type(error).__name__)
            continue
        else:
            log.append(author.id)
        finally:
            log.append(db.query(Author).count())
        if author.name == "Zed":
            break
    else:
        log.append(("else", db.query(Book).count()))
    at = 0
    while at < db.query(Author).count():
        at += 1
        if at == 2:
            break
    else:
        log.append("never")
    return log
