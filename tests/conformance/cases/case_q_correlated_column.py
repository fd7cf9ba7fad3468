"""Queries: a correlated scalar subquery as a column."""
from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book, Review


def case(db: Session):
    books = db.query(func.count(Book.id)).filter(Book.author_id == Author.id).correlate(Author).scalar_subquery()
    stars = (
        db.query(func.coalesce(func.max(Review.stars), 0))
        .join(Book, Review.book_id == Book.id)
        .filter(Book.author_id == Author.id)
        .correlate(Author)
        .as_scalar()
    )
    rows = db.query(Author, books.label("books"), stars.label("stars")).order_by(Author.id).all()
    many = db.query(Author.name).filter(books > 1).all()
    return [(author.name, count, best) for author, count, best in rows], [name for name, in many]
