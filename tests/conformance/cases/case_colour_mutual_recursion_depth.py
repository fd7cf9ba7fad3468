"""Colour: mutual recursion that queries and inner recursion."""

from sqlalchemy.orm import Session
from models import Author, Book


def even(db: Session, n):
    if n == 0:
        return db.query(Author).count()
    return odd(db, n - 1)


def odd(db: Session, n):
    return even(db, n - 1) if n else db.query(Book).count()


def case(db: Session):
    def walk(ids):
        if not ids:
            return []
        head, *tail = ids
        return [db.get(Book, head).title] + walk(tail)

    return [even(db, 3), odd(db, 3), walk([1, 2, 3])]
