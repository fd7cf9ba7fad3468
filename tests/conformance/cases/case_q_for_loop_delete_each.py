"""Queries: for loop delete each."""

from sqlalchemy.orm import Session
from models import Review


def case(db: Session):
    for review in db.query(Review).filter(Review.stars < 4):
        db.delete(review)
    db.commit()
    return [r.id for r in db.query(Review).order_by(Review.id)]
