"""Colour: a data class that queries after its constructor."""

from dataclasses import dataclass, field
from sqlalchemy.orm import Session
from models import Author, Book


@dataclass
class Summary:
    db: Session
    name: str = "Ada"
    total: int = field(init=False, default=0)

    def __post_init__(self):
        author = self.db.query(Author).filter(Author.name == self.name).first()
        if author is not None:
            self.total = self.db.query(Book).filter(Book.author_id == author.id).count()


@dataclass
class Titled(Summary):
    prefix: str = ""
    label: str = field(init=False, default="")

    def __post_init__(self):
        super().__post_init__()
        self.label = f"{self.prefix}{self.total}"


def case(db: Session):
    first = Summary(db)
    second = Titled(db, "Bob", prefix="n=")
    return [first.total, second.total, second.label, [Summary(db, n).total for n in ("Ada", "Zed")], Summary(db, name="Bob") .name]
