"""Colour: a lock held around a query."""

import threading

from sqlalchemy.orm import Session
from models import Author, Book


lock = threading.Lock()
cache = {}


def cached(db: Session, name):
    with lock:
        if name not in cache:
            cache[name] = db.query(Author).filter(Author.name == name).count()
        return cache[name]


def case(db: Session):
    cache.clear()
    return [cached(db, "Ada"), cached(db, "Ada"), dict(cache)]
