"""A serialiser that walks columns and asks some relationships by constant names."""
from sqlalchemy.orm import Session

from models import Author


def to_dict(obj, include=()):
    out = {c.name: getattr(obj, c.name) for c in obj.__table__.columns}
    for name in include:
        value = getattr(obj, name)
        out[name] = [to_dict(v) for v in value] if isinstance(value, list) else value and to_dict(value)
    return out


def case(db: Session):
    return to_dict(db.get(Author, 1), include=("books", "publisher"))["books"][0]["title"]
