"""A lock around queries; a semaphore-like counter."""
import threading

lock = threading.Lock()

from sqlalchemy.orm import Session

from models import Author, Book, Event


def bump(db: Session, key):
    with lock:
        author = db.get(Author, key)
        author.age = (author.age or 0) + 1
        db.flush()
        return author.age


def case(db: Session):
    return bump(db, 1) - bump(db, 1)
