"""A function that fills a dict of lists from several queries with nested loops and continue."""
from collections import defaultdict

from sqlalchemy.orm import Session

from models import Author, Book, Event


def books_of(db: Session, key):
    return db.query(Book).filter(Book.author_id == key).order_by(Book.id).all()


def case(db: Session):
    out = defaultdict(list)
    for author in db.query(Author).order_by(Author.id):
        if not (books := books_of(db, author.id)):
            continue
        for book in books:
            out[author.name].append(book.title)
    return {k: sorted(v) for k, v in out.items()}
