"""dict.setdefault and `or` with a query as the fallback; both sides are evaluated as before."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


def count(db: Session, key, log):
    log.append(key)
    return db.query(Book).filter(Book.author_id == key).count()


def case(db: Session):
    cache, log = {}, []
    first = cache.setdefault(1, count(db, 1, log))
    again = cache.setdefault(1, count(db, 1, log))
    lazy = cache.get(2) or count(db, 2, log)
    cached = cache.get(1) or count(db, 1, log)
    return first, again, lazy, cached, log
