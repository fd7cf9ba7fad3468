"""Three generators, one behind the other; the last one reads."""
from sqlalchemy.orm import Session

from models import Author


def load(db: Session):
    for author in db.query(Author).order_by(Author.id).all():
        yield author


def active(authors):
    for author in authors:
        if author.active:
            yield author


def names(authors):
    for author in authors:
        yield author.name, author.publisher.city if author.publisher else None


def case(db: Session):
    return list(names(active(load(db))))
