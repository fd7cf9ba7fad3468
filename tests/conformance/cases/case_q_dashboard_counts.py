"""Queries: many small counts in one dictionary."""
from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Author, Book, Review


def dashboard(db: Session):
    return {
        "books": db.query(Book).count(),
        "live": db.query(func.count(Book.id)).filter(Book.status == "live").scalar(),
        "stock": db.query(func.sum(Book.stock)).scalar() or 0,
        "nothing": db.query(func.sum(Book.stock)).filter(Book.id < 0).scalar() or 0,
        "stars": round(float(db.query(func.avg(Review.stars)).scalar()), 2),
        "authors_with_books": db.query(Book.author_id).filter(Book.author_id.isnot(None)).distinct().count(),
        "newest": db.query(func.max(Book.id)).scalar(),
        "names": db.query(func.count(func.distinct(Author.name))).scalar(),
    }


def case(db: Session):
    return dashboard(db)
