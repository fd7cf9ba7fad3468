"""__str__ of a report that reads what was loaded before; format specs and conversions."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Report:
    def __init__(self, db: Session):
        self.db = db
        self.lines = []

    def fill(self):
        for author in self.db.query(Author).order_by(Author.id):
            self.lines.append(f"{author.name!r:>12}|{self.db.query(Book).filter(Book.author_id == author.id).count():03d}")
        return self

    def __str__(self):
        return "/".join(self.lines)


def case(db: Session):
    return str(Report(db).fill())
