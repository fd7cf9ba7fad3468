"""A column deferred by the query is read later in a branch."""
from sqlalchemy.orm import Session, defer

from models import Review


def case(db: Session):
    reviews = db.query(Review).options(defer(Review.body)).order_by(Review.id).all()
    return [r.body if r.stars > 3 else None for r in reviews]
