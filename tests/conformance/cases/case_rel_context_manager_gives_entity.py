"""A context manager yields an entity; the block reads its relationships."""
from contextlib import contextmanager

from sqlalchemy.orm import Session

from models import Author


@contextmanager
def locked(db: Session, ident):
    author = db.query(Author).filter(Author.id == ident).one()
    yield author
    db.commit()


def case(db: Session):
    with locked(db, 1) as author:
        titles = [b.title for b in author.books]
        author.age = 1
    return [titles, author.age, author.publisher.name]
