"""next() over generators and generator expressions, with and without default."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def names(db: Session, prefix):
    for author in db.query(Author).order_by(Author.id):
        if author.name.startswith(prefix):
            yield author.name


def case(db: Session):
    first = next(names(db, ""), None)
    none = next(names(db, "@@"), "nobody")
    gen = names(db, "")
    a = next(gen)
    b = next(gen)
    expr = next((a.name for a in db.query(Author).order_by(Author.id) if db.query(Book).filter(Book.author_id == a.id).count() > 0), None)
    try:
        next(names(db, "@@"))
    except StopIteration:
        stopped = True
    return first, none, a, b, expr, stopped
