"""Entities two containers deep, taken out by key."""
from sqlalchemy.orm import Session

from models import Author


def index(db: Session):
    return {"by_id": {a.id: a for a in db.query(Author).all()}}


def case(db: Session):
    data = index(db)
    ada = data["by_id"][1]
    bob = data["by_id"].get(2)
    return [len(ada.books), bob.publisher.name, [p.bio for p in [ada.profile, bob.profile]]]
