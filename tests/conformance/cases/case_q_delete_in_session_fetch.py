"""Queries: delete in session fetch."""

from sqlalchemy.orm import Session
from models import Review


def case(db: Session):
    kept = db.query(Review).filter_by(id=4).one()
    n = db.query(Review).filter(Review.stars == 1).delete(synchronize_session="fetch")
    return [n, kept in db, db.query(Review).filter_by(id=4).first()]
