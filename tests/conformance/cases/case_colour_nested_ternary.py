"""Queries in ternaries, comparisons, subscripts, slices, unpacking, keyword and default positions."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def count(db: Session, key=None):
    q = db.query(Book)
    return q.filter(Book.author_id == key).count() if key is not None else q.count()


def pick(*, first, second=0):
    return first - second


def case(db: Session):
    names = [a.name for a in db.query(Author).order_by(Author.id)]
    head, *rest = sorted(names)[: count(db, 1)] or ["none"]
    return (names[count(db, 1) % len(names)], 0 <= count(db) < 100, not count(db, 999), -count(db) ** 2,
            pick(first=count(db), second=count(db, 1)), [*rest, count(db)], {count(db, 2): count(db)}, head,
            f"{count(db)}{count(db, 1)!r}", (lambda n: n + 1)(count(db)))
