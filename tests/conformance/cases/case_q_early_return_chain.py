"""Queries: early return chain."""

from sqlalchemy.orm import Session
from models import Author


def resolve(db: Session, ident=None, name=None):
    if ident is not None:
        return db.query(Author).filter(Author.id == ident).first()
    if name:
        found = db.query(Author).filter(Author.name == name)
        if found.count() > 1:
            raise LookupError(name)
        return found.one_or_none()
    return None


def case(db: Session):
    out = [resolve(db, 1).name, resolve(db, name="Bob").id, resolve(db), resolve(db, name="?")]
    try:
        resolve(db, name="Ada")
    except LookupError as e:
        out.append(e.args[0])
    return out
