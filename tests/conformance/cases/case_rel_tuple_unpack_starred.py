"""Starred unpacking of a result list; head and tail are read differently."""
from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    first, *rest = db.query(Author).order_by(Author.id).all()
    return [len(first.books), [a.publisher.name for a in rest if a.publisher_id]]
