"""A report object collects entities in its own list and reads them in another method."""
from sqlalchemy.orm import Session

from models import Book


class Report:
    def __init__(self):
        self.rows = []

    def add(self, book):
        self.rows.append(book)

    def lines(self):
        return [f"{b.title}: {', '.join(t.name for t in b.tags)}" for b in self.rows]


def case(db: Session):
    report = Report()
    for book in db.query(Book).order_by(Book.id).all():
        report.add(book)
    return report.lines()
