"""A function defined in both branches of an if; a lambda bound to a name."""
import os

from sqlalchemy.orm import Session

from models import Author, Book, Event


if os.name == "nt":
    def name(db: Session, key):
        return db.get(Author, key).name.lower()
else:
    def name(db: Session, key):
        return db.get(Author, key).name

count = lambda db: db.query(Author).count()


def case(db: Session):
    return name(db, 1), count(db)
