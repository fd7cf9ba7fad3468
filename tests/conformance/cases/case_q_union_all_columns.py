"""Queries: union all columns."""

from sqlalchemy.orm import Session
from models import Author, Publisher


def case(db: Session):
    a = db.query(Author.name.label("n"))
    p = db.query(Publisher.name.label("n"))
    u = a.union_all(p)
    return [sorted(r[0] for r in u), u.count(), sorted(r.n for r in a.union(p).all())]
