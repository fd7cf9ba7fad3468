"""exists(), correlate(), any() and not in: criteria made from queries."""
from sqlalchemy import exists, func
from sqlalchemy.orm import Session, aliased

from models import Author, Book, Review


def case(db: Session):
    has_book = db.query(Book).filter(Book.author_id == Author.id).exists()
    n_reviews = (
        db.query(func.count(Review.id)).filter(Review.book_id == Book.id).correlate(Book).as_scalar().label("n")
    )
    other = aliased(Author)
    same_name = db.query(other.id).filter(other.name == Author.name, other.id != Author.id)
    written = db.query(Book.author_id).filter(Book.author_id.isnot(None))
    return [
        [a.id for a in db.query(Author).filter(has_book).order_by(Author.id)],
        [a.id for a in db.query(Author).filter(~has_book)],
        [tuple(r) for r in db.query(Book.title, n_reviews).order_by(Book.id)],
        [a.id for a in db.query(Author).filter(same_name.exists()).order_by(Author.id)],
        [a.id for a in db.query(Author).filter(~Author.id.in_(written))],
        [a.id for a in db.query(Author).filter(Author.id.notin_(written.subquery())).all()],
        db.query(exists().where(Book.price > 100)).scalar(),
        db.query(db.query(Book).filter(Book.price > 10).exists(), func.count(Author.id)).one()[0],
        bool(db.query(Author.id).filter(Author.name == "Bob").scalar()),
    ]
