"""Queries: joinedload limit unique."""

from sqlalchemy.orm import Session, joinedload
from models import Author


def case(db: Session):
    q = db.query(Author).options(joinedload(Author.books)).order_by(Author.id)
    return [
        [len(a.books) for a in q.limit(2).all()],
        q.first().id,
        q.count(),
        q.filter(Author.id == 1).one().name,
        [a.id for a in q],
    ]
