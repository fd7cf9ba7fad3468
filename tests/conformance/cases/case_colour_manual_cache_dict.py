"""Colour: manual cache dict."""

from sqlalchemy.orm import Session
from models import Author


class Names:
    def __init__(self, db: Session):
        self.db = db
        self.cache = {}

    def get(self, ident):
        if ident not in self.cache:
            self.cache[ident] = self._load(ident)
        return self.cache[ident]

    def _load(self, ident):
        author = self.db.query(Author).get(ident)
        return author.name if author else None


def case(db: Session):
    n = Names(db)
    return [n.get(1), n.get(1), n.get(9), sorted(n.cache)]
