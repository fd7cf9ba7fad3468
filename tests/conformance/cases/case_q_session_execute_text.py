"""Queries: session execute text."""

from sqlalchemy import text
from sqlalchemy.orm import Session
from models import Book


def case(db: Session):
    rows = db.execute(text("SELECT id, title FROM books WHERE price > :p ORDER BY id"), {"p": 16}).fetchall()
    one = db.execute(text("SELECT count(*) FROM books")).scalar()
    db.execute(text("UPDATE books SET stock = 0 WHERE id = 1"))
    m = db.execute(text("SELECT id, stock FROM books WHERE id = 1")).mappings().first()
    return [[tuple(r) for r in rows], one, dict(m)]
