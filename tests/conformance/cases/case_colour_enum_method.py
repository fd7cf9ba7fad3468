"""Strategy enum with methods and values that are functions."""
from enum import Enum

from sqlalchemy.orm import Session

from models import Author, Book, Event


class Sort(Enum):
    name_asc = "name"
    newest = "newest"

    def apply(self, db: Session):
        order = Author.name if self is Sort.name_asc else Author.id.desc()
        return [a.name for a in db.query(Author).order_by(order)]


def case(db: Session):
    return {kind.value: kind.apply(db) for kind in Sort}
