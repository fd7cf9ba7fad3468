"""enumerate, zip, itertools.chain and reversed over results and collections."""
from itertools import chain, islice, zip_longest

from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    books = db.query(Book).order_by(Book.id).all()
    return [
        [(i, a.publisher.name) for i, a in enumerate(authors) if a.publisher],
        [(a and a.profile and a.profile.bio, b.status) for a, b in zip_longest(authors, books)],
        [t.name for t in chain.from_iterable(b.tags for b in books)],
        [len(a.books) for a in islice(reversed(authors), 2)],
    ]
