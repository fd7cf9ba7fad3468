"""Colour: try finally nested."""

from sqlalchemy.orm import Session
from models import Event


def log(db: Session, name):
    db.add(Event(name=name))
    db.flush()


def work(db: Session, fail):
    try:
        log(db, "start")
        if fail:
            raise RuntimeError("boom")
        return db.query(Event).count()
    except RuntimeError as e:
        log(db, str(e))
        return -1
    else:
        log(db, "never")
    finally:
        log(db, "end")


def case(db: Session):
    return [work(db, False), work(db, True), sorted(e.name for e in db.query(Event))]
