"""Two generators that query, zipped; enumerate over one."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def names(db: Session):
    for author in db.query(Author).order_by(Author.id):
        yield author.name


def titles(db: Session):
    for book in db.query(Book).order_by(Book.id):
        yield book.title


def case(db: Session):
    pairs = list(zip(names(db), titles(db)))
    numbered = [f"{i}:{n}" for i, n in enumerate(names(db), 1)]
    return pairs, numbered, dict(enumerate(titles(db)))
