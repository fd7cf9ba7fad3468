"""Queries: from statement entities."""

from sqlalchemy import text
from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    rows = db.query(Author).from_statement(text("SELECT * FROM authors WHERE age > :a ORDER BY id")).params(a=40).all()
    return [a.id for a in rows]
