"""What a new object was given before refresh() is read behind it, in the same function and behind a helper."""
from sqlalchemy.orm import Session

from models import Author, Book


def save(db: Session, thing):
    db.add(thing)
    db.commit()
    db.refresh(thing)
    return thing


def direct(db: Session):
    author = Author(name="Given", email="given@example.com")
    author.books.append(Book(title="One", price=1))
    db.add(author)
    db.commit()
    db.refresh(author)
    return [book.title for book in author.books]


def helped(db: Session):
    author = Author(name="Helped", email="helped@example.com")
    author.books.append(Book(title="Two", price=2))
    return save(db, author)


def case(db: Session):
    return direct(db), [book.title for book in helped(db).books]
