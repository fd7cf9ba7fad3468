"""Loads: existing options partial."""

from sqlalchemy.orm import Session, joinedload, selectinload
from models import Author


def case(db: Session):
    q = db.query(Author).options(selectinload(Author.books)).order_by(Author.id)
    out = [(len(a.books), a.profile.bio if a.profile else None) for a in q]
    r = db.query(Author).options(joinedload(Author.publisher)).filter(Author.id == 1).one()
    return [out, r.publisher.name, [[t.name for t in b.tags] for b in r.books]]
