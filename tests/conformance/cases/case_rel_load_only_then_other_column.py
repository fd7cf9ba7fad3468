"""load_only() names fewer columns than are read."""
from sqlalchemy.orm import Session, load_only

from models import Author


def names(db: Session):
    return db.query(Author).options(load_only(Author.name)).order_by(Author.id).all()


def case(db: Session):
    return [(a.name, a.email) for a in names(db)]
