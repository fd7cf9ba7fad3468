"""getattr over a tuple of constant names of relationships."""
from sqlalchemy.orm import Session

from models import Author

FIELDS = ("books", "publisher", "profile")


def case(db: Session):
    author = db.query(Author).filter(Author.id == 1).one()
    out = {}
    for field in FIELDS:
        value = getattr(author, field)
        out[field] = len(value) if isinstance(value, list) else value.id
    return out
