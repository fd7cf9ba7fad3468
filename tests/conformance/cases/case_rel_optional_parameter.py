"""An object or a key is passed; the function loads when it is a key."""
from sqlalchemy.orm import Session

from models import Author


def books_of(db: Session, author):
    if isinstance(author, int):
        author = db.get(Author, author)
    return [b.title for b in author.books]


def case(db: Session):
    first = db.query(Author).order_by(Author.id).first()
    return books_of(db, first), books_of(db, 2), books_of(db, author=first)
