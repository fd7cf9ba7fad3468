"""Names that are read stand in a dictionary of dictionaries, walked by recursion."""
from sqlalchemy.orm import Session
from models import Author, Book

SHAPE = {"name": {}, "publisher": {"name": {}}, "books": {"title": {}, "tags": {"name": {}}}}


def pick(obj, shape):
    if obj is None:
        return None
    if isinstance(obj, list):
        return [pick(one, shape) for one in obj]
    return {name: pick(getattr(obj, name), inner) if inner else getattr(obj, name) for name, inner in shape.items()}


def case(db: Session):
    author = db.query(Author).filter(Author.id == 1).one()
    return pick(author, SHAPE)
