"""get() in comprehensions, their conditions, values of dictionaries and a cache of a closure."""
from sqlalchemy.orm import Session

from models import Author, Book


def load(session: Session, keys):
    return [found for key in keys if (found := session.get(Author, key)) is not None]


def case(db: Session):
    cache = {}

    def cached(key):
        if key not in cache:
            cache[key] = db.query(Author).get(key)
        return cache[key]

    authors = [author for key in [1, 2, 1, 4711] if (author := cached(key)) is not None]
    both = {key: (db.get(Author, key), db.query(Book).get(key)) for key in (1, 2)}
    return [load(db, [1, 4711, 2]), authors, both, len(cache), [db.get(Book, b.id) is b for b in db.query(Book).all()]]
