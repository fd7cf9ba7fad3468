"""Colour: an executor whose work makes its own session."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.orm import Session
from models import Author, Book


def measure(names):
    return [len(n) for n in names]


def case(db: Session):
    names = [a.name for a in db.query(Author).order_by(Author.id)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        future = pool.submit(measure, names)
        mapped = list(pool.map(len, names))
    return [future.result(), mapped, db.query(Book).count()]
