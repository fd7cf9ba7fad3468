"""Sort keys, min, max, groupby and Counter over relationships."""
from collections import Counter
from itertools import groupby
from operator import attrgetter

from sqlalchemy.orm import Session

from models import Author, Book


def publisher_of(book):
    return book.author.publisher.name if book.author and book.author.publisher else ""


def case(db: Session):
    books = db.query(Book).order_by(Book.id).all()
    out = [[b.id for b in sorted(books, key=publisher_of)]]
    out.append(Counter(len(b.tags) for b in books).most_common(1))
    out.append(max(books, key=lambda b: (len(b.reviews), -b.id)).id)
    authors = db.query(Author).order_by(Author.id).all()
    out.append([(k, [a.id for a in g]) for k, g in groupby(authors, key=attrgetter("publisher.name"))]
               if all(a.publisher for a in authors) else None)
    return out
