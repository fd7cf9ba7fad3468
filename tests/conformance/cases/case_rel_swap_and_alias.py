"""Names swapped and aliased before the read."""
from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    a = db.query(Author).filter(Author.id == 1).first()
    b = db.query(Author).filter(Author.id == 2).first()
    a, b = b, a
    other = a
    return [other.profile.bio, len(b.books)]
