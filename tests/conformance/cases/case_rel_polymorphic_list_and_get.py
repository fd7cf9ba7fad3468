"""Columns of a subclass read on entities of the base, from a list and from get()."""
from sqlalchemy.orm import Session

from models import Editor, Publisher, Staff


def desk(person):
    return person.desk if isinstance(person, Editor) else None


def case(db: Session):
    one = db.get(Staff, 1)
    first = desk(one)
    db.expunge_all()
    return [first, [desk(s) for s in db.query(Staff).order_by(Staff.id).all()]]
