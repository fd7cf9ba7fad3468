"""Queries: columns that are kept in a list or chosen at run time."""
from sqlalchemy.orm import Session
from models import Book

COLUMNS = [Book.id, Book.title, Book.price]


def export(db: Session, names):
    columns = [getattr(Book, name) for name in names]
    return [list(row) for row in db.query(*columns).order_by(Book.id).limit(2)]


def case(db: Session):
    rows = db.query(*COLUMNS).filter(Book.price < 20).order_by(Book.id).all()
    only = db.query(Book).with_entities(*[Book.id, Book.status]).filter(Book.id == 3).one()
    return [row._asdict() for row in rows], export(db, ["title", "stock"]), tuple(only)
