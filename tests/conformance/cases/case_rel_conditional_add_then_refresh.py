"""db.add only for a new entity, then commit and refresh for both."""
from sqlalchemy.orm import Session

from models import Author


def save(db: Session, author_id, name):
    author = db.get(Author, author_id) if author_id else None
    if author is None:
        author = Author(publisher_id=2)
        db.add(author)
    author.name = name
    db.commit()
    db.refresh(author)
    return author


def case(db: Session):
    return [(a.name, a.publisher.name, len(a.books)) for a in (save(db, 1, "One"), save(db, None, "New"))]
