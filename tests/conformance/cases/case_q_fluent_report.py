"""Queries: a report object that keeps its query and returns itself."""
from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book


class BookReport:
    def __init__(self, db: Session):
        self.db = db
        self.query = db.query(Author.name, func.count(Book.id).label("books")).join(Book, Book.author_id == Author.id)
        self.joined = False

    def live(self):
        self.query = self.query.filter(Book.status == "live")
        return self

    def at_least(self, price):
        self.query = self.query.filter(Book.price >= price)
        return self

    def rows(self):
        return [tuple(row) for row in self.query.group_by(Author.name).order_by(Author.name).all()]

    def __len__(self):
        return 3


def case(db: Session):
    return BookReport(db).rows(), BookReport(db).live().at_least(15).rows()
