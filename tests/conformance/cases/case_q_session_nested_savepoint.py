"""Queries: session nested savepoint."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from models import Publisher


def case(db: Session):
    out = []
    for name in ("Fir", "Acorn", "Gum"):
        try:
            with db.begin_nested():
                db.add(Publisher(name=name))
        except IntegrityError:
            out.append(name)
    db.commit()
    return [out, db.query(Publisher).count()]
