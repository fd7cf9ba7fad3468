"""Options in a tuple, by a helper, added under a condition; contains_eager with a filter."""
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models import Author, Book, Review

FULL = (joinedload(Author.publisher), selectinload(Author.books).selectinload(Book.reviews))


def with_books(query, deep=False):
    query = query.options(selectinload(Author.books))
    return query.options(*FULL) if deep else query


def case(db: Session):
    plain = with_books(db.query(Author)).order_by(Author.id).all()
    deep = with_books(db.query(Author), deep=True).order_by(Author.id).all()
    eager = (db.query(Book).join(Book.reviews).filter(Review.id > 0).options(contains_eager(Book.reviews))
             .populate_existing().order_by(Book.id, Review.id).all())
    return [[len(a.books) for a in plain], [sum(len(b.reviews) for b in a.books) for a in deep],
            [a.publisher.name if a.publisher else None for a in deep], [(b.id, len(b.reviews)) for b in eager]]
