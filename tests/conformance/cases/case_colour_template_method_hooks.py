"""Colour: a template method whose hooks query in some subclasses only."""

from sqlalchemy.orm import Session
from models import Author, Book


class Exporter:
    def __init__(self, db: Session):
        self.db = db

    def run(self):
        rows = self.rows()
        head = self.header()
        return [head] + [self.render(r) for r in rows] + self.footer()

    def header(self):
        return "head"

    def footer(self):
        return []

    def rows(self):
        raise NotImplementedError

    def render(self, row):
        return str(row)


class Authors(Exporter):
    def rows(self):
        return self.db.query(Author).order_by(Author.id).all()

    def render(self, row):
        return f"{row.name} {self.db.query(Book).filter(Book.author_id == row.id).count()}"


class Numbers(Exporter):
    def rows(self):
        return [1, 2]

    def footer(self):
        return [self.db.query(Book).count()]


def case(db: Session):
    return [cls(db).run() for cls in (Authors, Numbers)]
