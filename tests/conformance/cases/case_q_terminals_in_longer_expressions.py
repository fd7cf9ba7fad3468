"""Chains that go on behind a terminal: attributes, methods, subscripts, or."""
from sqlalchemy.orm import Session

from models import Author, Book


def name_of(session: Session, key):
    return (session.query(Author).get(key) or Author(name="nobody")).name.upper()


def case(db: Session):
    titles = [t for (t,) in db.query(Book.title).filter(Book.price > 5).order_by(Book.id).all()[:3]]
    return [
        name_of(db, 1), name_of(db, 999), titles, len(db.query(Book).all()), db.query(Author).count() * 2,
        -db.query(Book).count(), sorted(b.id for b in db.query(Book))[::-1],
        {a.id: a.name for a in db.query(Author).order_by(Author.id)}.get(2, "none"),
        db.query(Author.name).order_by(Author.id).first()[0][:3], not db.query(Author).filter_by(id=4711).first(),
    ]
