"""Colour: a generic service over a protocol."""

from typing import Generic, List, Optional, Protocol, Type, TypeVar

from sqlalchemy.orm import Session
from models import Author, Book


T = TypeVar("T")


class Source(Protocol[T]):
    def load(self, ident: int) -> Optional[T]: ...

    def everything(self) -> List[T]: ...


class Rows(Generic[T]):
    def __init__(self, db: Session, model: Type[T]):
        self.db, self.model = db, model

    def load(self, ident: int) -> Optional[T]:
        return self.db.get(self.model, ident)

    def everything(self) -> List[T]:
        return self.db.query(self.model).order_by(self.model.id).all()


class Fixed:
    def __init__(self, items):
        self.items = items

    def load(self, ident: int):
        return self.items[ident]

    def everything(self):
        return list(self.items)


class Service(Generic[T]):
    def __init__(self, source: Source[T]):
        self.source = source

    def name(self, ident):
        found = self.source.load(ident)
        return getattr(found, "name", found)

    def size(self):
        return len(self.source.everything())


def case(db: Session):
    return [(s.name(1), s.size()) for s in (Service(Rows(db, Author)), Service(Fixed(["a", "b"])))]
