"""A generator with a finally, closed early by its consumer."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def rows(db: Session, log):
    try:
        for author in db.query(Author).order_by(Author.id):
            yield author.name
    finally:
        log.append(db.query(Author).count())


def case(db: Session):
    log = []
    out = []
    for name in rows(db, log):
        out.append(name)
    log.append("end")
    return out, log
