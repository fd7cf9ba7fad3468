"""An UPDATE that leaves the session's objects alone: they are read anew behind the commit."""
from sqlalchemy.orm import Session

from models import Author


def rename(db: Session, key: int, name: str) -> str:
    query = db.query(Author).filter(Author.id == key)
    before = query.first()
    query.update({"name": name}, synchronize_session=False)
    stale = before.name
    db.commit()
    after = query.first()
    return f"{stale} {after.name} {after is before}"


def rename_all(db: Session, name: str) -> list[str]:
    authors = db.query(Author).order_by(Author.id).all()
    db.query(Author).update({Author.name: name}, synchronize_session=False)
    db.commit()
    again = db.query(Author).order_by(Author.id).all()
    return [f"{old is new} {new.name}" for old, new in zip(authors, again)]


def case(db: Session):
    return rename(db, 1, "Somebody"), rename_all(db, "Nobody")
