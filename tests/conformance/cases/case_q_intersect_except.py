"""Queries: intersect except."""

from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    live = db.query(Book.id).filter(Book.status == "live")
    cheap = db.query(Book.id).filter(Book.price < 20)
    return [sorted(i for (i,) in live.intersect(cheap)), sorted(i for (i,) in live.except_(cheap).all())]
