"""Names that are read come from a dotted text and from the arguments of a call."""
from sqlalchemy.orm import Session
from models import Author, Book


def dump(obj, *fields):
    return [str(getattr(obj, f)) for f in fields]


def follow(obj, path):
    for part in path.split("."):
        obj = getattr(obj, part)
    return obj


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).first()
    return [dump(book, "title", "reviews")[0], follow(book, "author.publisher.name")]
