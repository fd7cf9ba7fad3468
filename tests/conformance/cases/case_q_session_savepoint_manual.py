"""Queries: session savepoint manual."""

from sqlalchemy.orm import Session
from models import Event


def case(db: Session):
    sp = db.begin_nested()
    db.add(Event(name="a"))
    sp.commit()
    sp = db.begin_nested()
    db.add(Event(name="b"))
    sp.rollback()
    db.commit()
    return sorted(e.name for e in db.query(Event).all())
