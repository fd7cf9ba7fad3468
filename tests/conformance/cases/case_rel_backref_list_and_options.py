"""A backref declared on the other side, read two steps deep with a string-typed relationship."""
from sqlalchemy.orm import Session

from models import Review


def case(db: Session):
    reviews = db.query(Review).order_by(Review.id).all()
    return [(r.book.title, r.book.author.name, [t.name for t in r.book.tags]) for r in reviews]
