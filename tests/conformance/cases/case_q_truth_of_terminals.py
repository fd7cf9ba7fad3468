"""Terminals as conditions, operands and defaults."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book, Tag


def has(db, **kw):
    return db.query(Author).filter_by(**kw).first() is not None


def pop_all(db: Session):
    gone = []
    while db.query(Tag).first():
        tag = db.query(Tag).order_by(Tag.id.desc()).first()
        gone.append(tag.name)
        tag.books.clear()
        db.delete(tag)
        db.flush()
    return gone


def case(db: Session):
    out = [has(db, name="Bob"), has(db, name="Nil"), not db.query(Book).filter(Book.price > 90).count()]
    if db.query(Book).filter(Book.stock == 0).count():
        out.append("sold out")
    if not db.query(Book).filter(Book.price > 90).all():
        out.append("none dear")
    assert db.query(Author).count() == 4, "authors"
    out.append(db.query(Author).count() or 1)
    out.append(bool(db.query(Author.age).filter(Author.id == 4).scalar()))
    out.append((db.query(Author).filter_by(id=9).one_or_none() or Author(name="new")).name)
    out.append(len(db.query(Book).all()) == db.query(Book).count() == 5)
    out.append((db.query(func.max(Book.price)).scalar() or 0) + (db.query(func.max(Book.price)).filter(Book.id > 9).scalar() or 0))
    out.append(1 < db.query(Author).filter(Author.active.is_(True)).count() <= 3)
    out.append("many" if db.query(Book).count() > 3 else "few")
    out.append(db.query(Book).filter(Book.id == 1).first() and True)
    out.append(f"{db.query(Book).count()} books, {db.query(Author).filter(Author.name == 'Ada').count():02d} Adas")
    out.append(db.query(Author.email).filter(Author.id == 4).first() is None)
    return out + pop_all(db)
