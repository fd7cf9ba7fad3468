"""Functions that give a query or None."""
from typing import List, Optional

from sqlalchemy.orm import Query, Session

from models import Book


def maybe(db: Session, flag) -> Optional[Query]:
    if flag == 0:
        return None
    return db.query(Book).filter(Book.price > 15) if flag > 1 else db.query(Book)


def items(db: Session, flag) -> List[Book]:
    query = maybe(db, flag)
    if query is None:
        return []
    return query.order_by(Book.id).all()


def case(db: Session):
    return [
        [b.id for b in items(db, n)] for n in (0, 1, 2)
    ]
