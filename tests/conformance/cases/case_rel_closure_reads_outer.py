"""A closure that is made beside the query and called elsewhere."""
from sqlalchemy.orm import Session

from models import Author


def make_reader(author):
    def read():
        return [book.title for book in author.books]

    return read


def case(db: Session):
    readers = [make_reader(a) for a in db.query(Author).order_by(Author.id).all()]
    return [read() for read in readers]
