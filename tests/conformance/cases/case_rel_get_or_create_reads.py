"""get or create, then reads on whichever it was; twice."""
from sqlalchemy.orm import Session

from models import Author, Publisher


def get_or_create(db: Session, name: str) -> Publisher:
    found = db.query(Publisher).filter_by(name=name).first()
    if found is None:
        found = Publisher(name=name)
        db.add(found)
        db.flush()
    return found


def case(db: Session):
    name = db.query(Publisher).order_by(Publisher.id).first().name
    old, new = get_or_create(db, name), get_or_create(db, "Fresh")
    out = [[a.name for a in old.authors], [a.name for a in new.authors]]
    db.add(Author(name="X", publisher=new))
    db.commit()
    out.append([a.name for a in new.authors])
    out.append([a.name for a in get_or_create(db, "Fresh").authors])
    return out
