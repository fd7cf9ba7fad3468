"""merge() of a detached copy; the merged entity's relationships are read."""
from sqlalchemy.orm import Session

from models import Author


def upsert(db: Session, **values):
    author = db.merge(Author(**values))
    db.commit()
    return author


def case(db: Session):
    old = upsert(db, id=2, name="Robert")
    new = upsert(db, id=50, name="Zed", publisher_id=3)
    return [old.name, [b.title for b in old.books], old.publisher.name, new.publisher.name, new.books]
