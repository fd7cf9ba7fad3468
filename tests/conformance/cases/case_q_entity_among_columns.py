"""Entities among columns: tuples unpacked, deduplicated and grouped."""
from sqlalchemy import func
from sqlalchemy.orm import Session, aliased

from models import Author, Book, Review


def case(db: Session):
    per_book = db.query(Book, func.count(Review.id).label("n")).outerjoin(Book.reviews).group_by(Book.id).order_by(Book.id)
    other = aliased(Book)
    out = []
    for book, n in per_book:
        out.append((book.title, n))
    best = per_book.having(func.count(Review.id) > 1).first()
    pairs = db.query(Book, other).filter(Book.price == other.price, Book.id < other.id).all()
    same = db.query(Author, Book.status).join(Author.books).order_by(Author.id, Book.status).all()
    return [
        out, (best.Book.id, best.n), [(x.id, y.id) for x, y in pairs], [(a.id, s) for a, s in same],
        [r.Author.name for r in db.query(Author, Book.id).join(Book).order_by(Book.id)],
        db.query(Author, Book).join(Author.books).filter(Book.id == 3).one()[1].title,
        db.query(Author, Book).join(Author.books).filter(Book.id == 300).one_or_none(),
        {a.name: t for a, t in db.query(Author, Book.title).join(Author.books).order_by(Book.id)},
        [a.id for a, in db.query(Author).only_return_tuples(True).order_by(Author.id)],
    ]
