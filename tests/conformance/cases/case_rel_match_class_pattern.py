"""match on a mapped class with keyword patterns: the pattern itself reads the relationship."""
from sqlalchemy.orm import Session

from models import Author, Profile


def label(author):
    match author:
        case Author(profile=Profile(bio=bio)):
            return bio
        case Author(name=name, publisher=None):
            return f"{name} alone"
        case _:
            return "other"


def case(db: Session):
    return [label(a) for a in db.query(Author).order_by(Author.id).all()]
