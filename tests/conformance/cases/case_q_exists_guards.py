"""Queries: existence asked in several habits."""
from sqlalchemy import exists
from sqlalchemy.orm import Session
from models import Author, Book, Review


def has_reviews(db: Session, book_id: int) -> bool:
    return db.query(db.query(Review).filter(Review.book_id == book_id).exists()).scalar()


def is_taken(db: Session, email: str) -> bool:
    return db.query(Author).filter(Author.email == email).first() is not None


def any_cheap(db: Session) -> bool:
    return bool(db.query(Book.id).filter(Book.price < 10).limit(1).all())


def named(db: Session, name: str) -> bool:
    return db.query(exists().where(Author.name == name)).scalar()


def case(db: Session):
    if not db.query(Book).filter(Book.price > 1000).count():
        dear = "none"
    silent = db.query(Book).filter(~exists().where(Review.book_id == Book.id)).order_by(Book.id).all()
    return [
        has_reviews(db, 1), has_reviews(db, 2), is_taken(db, "ada@x.org"), is_taken(db, "no"), any_cheap(db),
        named(db, "Bob"), named(db, "Zed"), dear, [b.id for b in silent],
    ]
