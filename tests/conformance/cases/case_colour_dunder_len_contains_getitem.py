"""Colour: dunder len contains getitem."""

from sqlalchemy.orm import Session
from models import Author


class Authors:
    def __init__(self, db: Session):
        self.db = db

    def __len__(self):
        return self.db.query(Author).count()

    def __contains__(self, name):
        return self.db.query(Author).filter(Author.name == name).first() is not None

    def __getitem__(self, ident):
        author = self.db.query(Author).get(ident)
        if author is None:
            raise KeyError(ident)
        return author


def case(db: Session):
    authors = Authors(db)
    out = [len(authors), "Bob" in authors, "Zed" not in authors, authors[1].name]
    try:
        authors[99]
    except KeyError as e:
        out.append(e.args)
    return out
