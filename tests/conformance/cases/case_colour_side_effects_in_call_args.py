"""Colour: side effects in call args."""

from sqlalchemy.orm import Session
from models import Event


def step(db: Session, order, name):
    order.append(name)
    db.add(Event(name=name))
    db.flush()
    return db.query(Event).count()


def combine(a, b, *, c):
    return (a, b, c)


def case(db: Session):
    order = []
    value = combine(step(db, order, "a"), order.append("plain") or step(db, order, "b"), c=step(db, order, "c"))
    d = {step(db, order, "k"): step(db, order, "v")}
    return [value, d, order]
