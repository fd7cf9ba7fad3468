"""Repositories over one base: its methods get by key, list and hand each object to what the subclass has of its own."""
from sqlalchemy.orm import Session

from models import Author, Book, Publisher


class Repository:
    model = None

    def __init__(self, db: Session):
        self.db = db

    def find(self, key):
        return self.db.query(self.model).filter(self.model.id == key).one_or_none()

    def everything(self, limit=2):
        return self.db.query(self.model).order_by(self.model.id).limit(limit).all()

    def card(self, key):
        found = self.find(key)
        return self.text(found) if found is not None else "none"

    def cards(self):
        return [self.text(one) for one in self.everything()]

    def exists(self, key):
        return self.find(key) is not None


class Authors(Repository):
    model = Author

    def text(self, author):
        return f"{author.name}: {', '.join(book.title for book in author.books)}"


class Books(Repository):
    model = Book

    def text(self, book):
        return f"{book.title} by {book.author.name if book.author else '?'}, {len(book.tags)} tags"


class Publishers(Repository):
    model = Publisher

    def text(self, publisher):
        return publisher.name


def case(db: Session):
    shelves = [Authors(db), Books(db), Publishers(db)]
    return [[shelf.card(3), shelf.card(99), shelf.cards(), shelf.exists(1)] for shelf in shelves]
