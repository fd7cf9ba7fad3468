"""add_all of new entities with foreign keys, commit, then their relationships."""
from sqlalchemy.orm import Session

from models import Review


def case(db: Session):
    reviews = [Review(stars=n, book_id=2) for n in (1, 2)]
    db.add_all(reviews)
    db.commit()
    return [(r.stars, r.book.title, len(r.book.reviews)) for r in reviews]
