"""Colour: decorator retry."""

import functools
from sqlalchemy.orm import Session
from models import Event


def retry(times):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return fn(*args, **kwargs)
                except RuntimeError:
                    if attempt == times - 1:
                        raise

        return wrapper

    return decorate


seen = []


@retry(times=3)
def flaky(db: Session, name):
    """doc"""
    seen.append(name)
    if len(seen) < 2:
        raise RuntimeError
    db.add(Event(name=name))
    db.flush()
    return db.query(Event).count()


def case(db: Session):
    seen.clear()
    return [flaky(db, "n"), flaky.__name__, flaky.__doc__, len(seen)]
