"""What takes an iterable: zip, enumerate, reversed, min, max, sum, set, dict, any, next, sorted, join, star."""
from sqlalchemy.orm import Session

from models import Author, Book


def total(*prices):
    return sum(prices)


def case(db: Session):
    books = db.query(Book).order_by(Book.id)
    names = db.query(Author.id, Author.name)
    return [
        [(n, b.id) for n, b in enumerate(books, 1)], [(a.id, b.id) for a, b in zip(db.query(Author).order_by(Author.id), books)],
        dict(names.all()), max(books, key=lambda b: (b.price, b.id)).id, sum(b.stock for b in books),
        ", ".join(n for _, n in names.order_by(Author.id)), next(iter(books)).id, next((b.id for b in books if b.price > 1000), None),
        total(*[p for p, in db.query(Book.price)]), [*db.query(Author.id).order_by(Author.id)][0][0],
        [b.id for b in reversed(books.all())], len({b.author_id for b in books}), any(b.price > 20 for b in books),
        sorted(db.query(Book.title).all(), reverse=True)[0][0], tuple(db.query(Book.id).order_by(Book.id).limit(2)),
    ]
