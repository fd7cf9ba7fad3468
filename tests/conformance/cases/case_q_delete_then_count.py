"""Queries: deletes by criteria in a loop."""
from sqlalchemy.orm import Session
from models import Book, Review


def purge(db: Session, *, stars: int, dry_run: bool = False) -> int:
    query = db.query(Review).filter(Review.stars < stars)
    if dry_run:
        return query.count()
    deleted = query.delete(synchronize_session=False)
    db.commit()
    return deleted


def clear(db: Session, names):
    return {name: db.query(Review).filter_by(reviewer=name).delete() for name in names}


def case(db: Session):
    planned = purge(db, stars=4, dry_run=True)
    done = purge(db, stars=4)
    cleared = clear(db, ["kim", "nobody"])
    db.query(Book).filter(Book.author_id.is_(None)).delete("fetch")
    db.commit()
    return planned, done, cleared, db.query(Review).count(), db.query(Book).count()
