"""Colour: async iter of properties."""

from sqlalchemy.orm import Session
from models import Author, Book


class View:
    def __init__(self, db: Session, author):
        self.db, self.author = db, author

    @property
    def books(self):
        return self.db.query(Book).filter(Book.author_id == self.author.id).order_by(Book.id).all()

    @property
    def titles(self):
        return [b.title for b in self.books]

    def as_dict(self):
        return {"n": len(self.books), "titles": self.titles, "first": self.books[0].id if self.books else None}


def case(db: Session):
    return [View(db, a).as_dict() for a in db.query(Author).order_by(Author.id)]
