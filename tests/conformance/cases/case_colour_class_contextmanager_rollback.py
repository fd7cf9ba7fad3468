"""Colour: context manager classes that commit or roll back, one returning True."""

from sqlalchemy.orm import Session
from models import Author, Book


class Transaction:
    def __init__(self, db: Session, swallow=()):
        self.db, self.swallow, self.log = db, swallow, []

    def __enter__(self):
        self.log.append("enter")
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            self.db.commit()
            self.log.append("commit")
        else:
            self.db.rollback()
            self.log.append(kind.__name__)
        return kind is not None and issubclass(kind, self.swallow)


def case(db: Session):
    with Transaction(db, (ValueError,)) as t:
        db.add(Author(name="New"))
    with Transaction(db, (ValueError,)) as u:
        db.add(Author(name="Lost"))
        db.flush()
        raise ValueError("x")
    try:
        with Transaction(db) as v, Transaction(db) as w:
            db.query(Author).delete()
            raise KeyError("y")
    except KeyError:
        pass
    return [t.log, u.log, v.log, w.log, db.query(Author).count()]
