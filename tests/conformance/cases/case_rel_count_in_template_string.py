"""Loads: count in template string."""

from sqlalchemy.orm import Session
from models import Publisher


def case(db: Session):
    return [
        f"{p.name}: {len(p.authors)} authors, {sum(len(a.books) for a in p.authors)} books"
        for p in db.query(Publisher).order_by(Publisher.id)
    ]
