"""Queries: delete bulk count."""

from sqlalchemy.orm import Session
from models import Review


def purge(db: Session, stars):
    n = db.query(Review).filter(Review.stars < stars).delete(synchronize_session=False)
    db.commit()
    return n


def case(db: Session):
    return [purge(db, 2), purge(db, 2), db.query(Review).count()]
