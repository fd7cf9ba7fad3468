"""Colour: an ExitStack with callbacks that commit."""

from contextlib import ExitStack, contextmanager

from sqlalchemy.orm import Session
from models import Author, Book


@contextmanager
def locked(db: Session, name, log):
    log.append("in " + name)
    author = db.query(Author).filter(Author.name == name).first()
    try:
        yield author
    finally:
        db.flush()
        log.append("out " + name)


def case(db: Session):
    log = []
    with ExitStack() as stack:
        authors = [stack.enter_context(locked(db, n, log)) for n in ("Ada", "Bob")]
        for a in authors:
            a.age = 7
    return [log, [a.age for a in authors], db.query(Author).filter(Author.age == 7).count()]
