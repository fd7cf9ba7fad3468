"""inspect(obj): unloaded names and loaded values."""
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    author = db.get(Author, 1)
    titles = [b.title for b in author.books]
    state = inspect(author)
    return titles, state.persistent, state.identity, "books" in state.dict
