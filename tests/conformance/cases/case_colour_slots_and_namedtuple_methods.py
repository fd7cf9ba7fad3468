"""Colour: a named tuple class with a method that queries, and slots."""

from typing import NamedTuple

from sqlalchemy.orm import Session
from models import Author, Book


class Key(NamedTuple):
    kind: str
    ident: int

    def load(self, db: Session):
        return db.get(Author if self.kind == "author" else Book, self.ident)

    @property
    def text(self):
        return f"{self.kind}:{self.ident}"


class Holder:
    __slots__ = ("db", "key")

    def __init__(self, db: Session, key: Key):
        self.db, self.key = db, key

    @property
    def loaded(self):
        return self.key.load(self.db)


def case(db: Session):
    return [Key("author", 1).load(db).name, Holder(db, Key("book", 1)).loaded.title, Key("book", 2).text]
