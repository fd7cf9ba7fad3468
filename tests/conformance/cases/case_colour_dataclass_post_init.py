"""Colour: dataclass post init."""

from dataclasses import dataclass, field
from sqlalchemy.orm import Session
from models import Author


@dataclass
class Loader:
    db: Session
    cache: dict = field(default_factory=dict)

    def name(self, ident):
        if ident not in self.cache:
            author = self.db.query(Author).get(ident)
            self.cache[ident] = author.name if author else "?"
        return self.cache[ident]

    def names(self, *ids):
        return [self.name(i) for i in ids]


def case(db: Session):
    loader = Loader(db)
    return [loader.names(1, 2, 9), loader.cache]
