"""Colour: thread pool keeps sync."""

from sqlalchemy.orm import Session
from models import Author


def pure(x):
    return x * 2


def case(db: Session):
    from concurrent.futures import ThreadPoolExecutor

    ids = [a.id for a in db.query(Author).order_by(Author.id)]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(pure, ids))
