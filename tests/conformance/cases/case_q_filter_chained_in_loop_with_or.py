"""Queries: filter chained in loop with or."""

from functools import reduce
from sqlalchemy import and_, not_, or_
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    words = ["eng", "ston"]
    cond = or_(*[Book.title.ilike(f"%{w}%") for w in words])
    q = db.query(Book).filter(cond)
    for status in ("none", "gone"):
        q = q.filter(not_(Book.status == status))
    q = reduce(lambda acc, s: acc.filter(Book.stock >= s), (0, 1), q)
    return [b.id for b in q.order_by(Book.id).all()]
