"""Queries: the newest row of each group through a subquery."""
from sqlalchemy import and_, func
from sqlalchemy.orm import Session
from models import Book, Review


def case(db: Session):
    newest = (
        db.query(Review.book_id.label("book_id"), func.max(Review.id).label("review_id"))
        .group_by(Review.book_id)
        .subquery("newest")
    )
    rows = (
        db.query(Book.title, Review.stars, Review.reviewer)
        .join(newest, newest.c.book_id == Book.id)
        .join(Review, and_(Review.id == newest.c.review_id, Review.book_id == Book.id))
        .order_by(Book.id)
        .all()
    )
    return [(row.title, row.stars, row.reviewer) for row in rows]
