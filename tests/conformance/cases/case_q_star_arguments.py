"""Columns, criteria, keys and options that come unpacked."""
from sqlalchemy import func
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Author, Book

COLUMNS = (Book.id, Book.title)
KEYS = [Book.price.desc(), Book.id]
OPTIONS = [joinedload(Book.author), selectinload(Book.tags)]


def pick(db: Session, *columns, where=(), order=()):
    return db.query(*columns).filter(*where).order_by(*order)


def case(db: Session):
    extra = [func.length(Book.title).label("size")]
    return [
        [tuple(r) for r in db.query(*COLUMNS).order_by(*KEYS)],
        [tuple(r) for r in db.query(*COLUMNS, *extra).filter(*[Book.id < 3]).order_by(Book.id)],
        [tuple(r) for r in db.query(Book).with_entities(*COLUMNS).order_by(*KEYS[1:]).limit(2)],
        [(b.id, b.author.name, len(b.tags)) for b in db.query(Book).options(*OPTIONS).filter(Book.author_id.isnot(None)).order_by(Book.id)],
        [tuple(r) for r in pick(db, Author.id, Author.name, where=[Author.age > 40], order=[Author.id])],
        [tuple(r) for r in db.query(Book.id).add_columns(*extra).filter(Book.id == 1)],
        [tuple(r) for r in db.query(*[getattr(Author, name) for name in ("id", "email")]).filter(Author.id == 2)],
        db.query(Author).filter_by(**{"name": "Bob", "active": True}).one().id,
    ]
