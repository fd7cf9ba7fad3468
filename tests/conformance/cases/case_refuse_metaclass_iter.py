"""Stays synchronous: metaclass iter."""

from sqlalchemy.orm import Session, sessionmaker
from models import Author

EXPECT = "refuse"


class Meta(type):
    def __iter__(cls):
        db: Session = cls.db
        return iter(db.query(Author).order_by(Author.id).all())


class Everyone(metaclass=Meta):
    db = None


def case(db: Session):
    Everyone.db = db
    return [a.id for a in Everyone]
