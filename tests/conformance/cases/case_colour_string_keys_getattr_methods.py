"""Colour: methods chosen by getattr with a made name."""

from sqlalchemy.orm import Session
from models import Author, Book


class Reports:
    def __init__(self, db: Session):
        self.db = db

    def report_authors(self):
        return self.db.query(Author).count()

    def report_books(self, minimum=0):
        return self.db.query(Book).filter(Book.price >= minimum).count()

    def run(self, kind, **options):
        method = getattr(self, f"report_{kind}", None)
        if method is None:
            return "unknown"
        return method(**options)


def case(db: Session):
    r = Reports(db)
    return [r.run("authors"), r.run("books", minimum=1), r.run("nothing")]
