"""Loads: stored on self."""

from sqlalchemy.orm import Session
from models import Author


class Page:
    def __init__(self, author):
        self.author = author
        self.items = list(author.books)


def case(db: Session):
    page = Page(db.query(Author).get(1))
    return [len(page.items), page.author.publisher.city]
