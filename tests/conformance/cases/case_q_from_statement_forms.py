"""from_statement with text and select, with parameters, and with columns named."""
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Author, Book


def raw(db: Session, sql, **params):
    return db.query(Book).from_statement(text(sql)).params(**params).all()


def case(db: Session):
    stmt = select(Author).where(Author.age > 40).order_by(Author.id)
    return [
        [b.id for b in raw(db, "SELECT * FROM books WHERE price = :p ORDER BY id", p=15)],
        [a.name for a in db.query(Author).from_statement(stmt)],
        db.query(Author).from_statement(text("SELECT * FROM authors WHERE id = :id")).params(id=2).one().name,
        db.query(Author).from_statement(stmt).first().name,
        [tuple(r) for r in db.query(Author.id, Author.name).from_statement(stmt).all()],
    ]
