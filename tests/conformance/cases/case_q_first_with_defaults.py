"""`first()` unpacked with defaults, in `or`, `if`-expressions, walrus and comparisons."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def stats(session: Session, author_id):
    low, high = session.query(func.min(Book.price), func.max(Book.price)).filter(Book.author_id == author_id).first()
    total = session.query(func.sum(Book.price)).filter(Book.author_id == author_id).scalar() or 0
    cheapest = session.query(Book.title).filter(Book.author_id == author_id).order_by(Book.price, Book.id).first() or ("none",)
    title, = session.query(Book.title).filter_by(author_id=author_id).order_by(Book.id.desc()).first() or (None,)
    return low, high, total, cheapest[0], title


def case(db: Session):
    if (author := db.query(Author).filter(Author.name != "").order_by(Author.id).first()) is not None:
        name = author.name
    (only,) = db.query(Author.id).order_by(Author.id).limit(1).one()
    return [stats(db, 1), stats(db, 4711), name, only,
            (db.query(Author).filter_by(id=1).one_or_none() or author).name]
