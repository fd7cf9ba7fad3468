"""Loads: passed through service."""

from sqlalchemy.orm import Session
from models import Author


class Repo:
    def __init__(self, db: Session):
        self.db = db

    def find(self, name):
        return self.db.query(Author).filter(Author.name == name).order_by(Author.id).first()


class Presenter:
    def __init__(self, author):
        self.author = author

    def title(self):
        return f"{self.author.name} of {self.author.publisher.name}" if self.author.publisher else self.author.name


class Service:
    def __init__(self, db: Session):
        self.repo = Repo(db)

    def show(self, name):
        author = self.repo.find(name)
        return Presenter(author).title() if author else None


def case(db: Session):
    return [Service(db).show(n) for n in ("Ada", "Bob", "Zed")]
