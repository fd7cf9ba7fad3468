"""Queries: session begin block."""

from sqlalchemy.orm import Session
from models import Event


def case(db: Session):
    db.commit()
    with db.begin():
        db.add(Event(name="in"))
    try:
        with db.begin():
            db.add(Event(name="out"))
            db.flush()
            raise ValueError
    except ValueError:
        pass
    return sorted(e.name for e in db.query(Event))
