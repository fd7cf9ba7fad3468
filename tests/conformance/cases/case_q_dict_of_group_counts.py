"""Queries: counts by group as a dictionary."""
from collections import defaultdict

from sqlalchemy import func
from sqlalchemy.orm import Session
from models import Book, Review


def case(db: Session):
    by_status = dict(db.query(Book.status, func.count(Book.id)).group_by(Book.status).all())
    by_reviewer = {
        row.reviewer: row.total
        for row in db.query(Review.reviewer, func.count(Review.id).label("total")).group_by(Review.reviewer)
    }
    ids = defaultdict(list)
    for status, book_id in db.query(Book.status, Book.id).order_by(Book.id):
        ids[status].append(book_id)
    return by_status, by_reviewer, dict(ids), sum(by_status.values())
