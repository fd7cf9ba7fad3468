"""An entity made in one function, added and flushed in another, read in a third."""
from sqlalchemy.orm import Session

from models import Book


def make(title, author_id):
    return Book(title=title, author_id=author_id)


def save(db: Session, entity):
    db.add(entity)
    db.flush()
    return entity


def show(book):
    return [book.title, book.author.name, len(book.tags)]


def case(db: Session):
    return show(save(db, make("Helper", 2)))
