"""get-or-create: read on what was found, or on what was just made."""
from sqlalchemy.orm import Session

from models import Author, Publisher


def get_or_create(db: Session, name):
    publisher = db.query(Publisher).filter_by(name=name).first()
    if publisher:
        return publisher
    publisher = Publisher(name=name)
    db.add(publisher)
    db.commit()
    db.refresh(publisher)
    return publisher


def case(db: Session):
    return [[a.name for a in get_or_create(db, name).authors] for name in ("Acorn", "Dune")]
