"""An iterator class with __next__ that queries, used by for, list, next and a comprehension."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Pages:
    def __init__(self, db: Session, size):
        self.db, self.size, self.at = db, size, 0

    def __iter__(self):
        return self

    def __next__(self):
        rows = self.db.query(Book).order_by(Book.id).offset(self.at).limit(self.size).all()
        if not rows:
            raise StopIteration
        self.at += len(rows)
        return [b.title for b in rows]


def case(db: Session):
    pages = Pages(db, 2)
    first = next(pages)
    rest = [page for page in pages]
    for page in Pages(db, 3):
        last = page
    return first, rest, last, list(Pages(db, 4))
