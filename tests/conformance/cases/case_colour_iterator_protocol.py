"""Colour: an iterator that queries for each item."""

from sqlalchemy.orm import Session
from models import Author, Book


class Pages:
    def __init__(self, db: Session, size):
        self.db, self.size, self.at = db, size, 0

    def __iter__(self):
        self.at = 0
        return self

    def __next__(self):
        rows = self.db.query(Book).order_by(Book.id).offset(self.at).limit(self.size).all()
        if not rows:
            raise StopIteration
        self.at += self.size
        return [b.title for b in rows]


class Names:
    def __init__(self, db: Session):
        self.db = db

    def __iter__(self):
        return iter([a.name for a in self.db.query(Author).order_by(Author.id)])


class Ids:
    def __init__(self, db: Session):
        self.db = db

    def __iter__(self):
        return (a.id for a in self.db.query(Author).order_by(Author.id))


def case(db: Session):
    pages = Pages(db, 2)
    out = [page for page in pages]
    for page in Pages(db, 3):
        out.append(len(page))
        if len(out) > 6:
            break
    it = Pages(db, 1)
    out.append(next(it))
    out.append(next(Pages(db, 4), None))
    names = Names(db)
    out += [list(names), sorted(names, reverse=True), [n for n in names if n != "Bob"], list(Ids(db)), sum(i for i in Ids(db))]
    first, *rest = names
    return out + [first, rest]
