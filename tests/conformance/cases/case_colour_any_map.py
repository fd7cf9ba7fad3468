"""any, all, sum and list over map, and filter with a function that queries."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def has_books(db: Session, author):
    return db.query(Book).filter(Book.author_id == author.id).count() > 0


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    check = lambda author: has_books(db, author)
    return (any(map(check, authors)), all(map(check, authors)), sum(map(check, authors)),
            [a.name for a in filter(check, authors)], list(map(lambda a: (a.name, has_books(db, a)), authors)))
