"""Subqueries read through .c, by label, by key, joined with outerjoin and used twice."""
from sqlalchemy import func
from sqlalchemy.orm import Session, aliased

from models import Author, Book


def case(db: Session):
    counts = (db.query(Book.author_id.label("who"), func.count("*").label("books"), func.max(Book.price).label("top"))
              .group_by(Book.author_id).subquery("counts"))
    rows = (db.query(Author.name, func.coalesce(counts.c.books, 0).label("n"), counts.c["top"])
            .outerjoin(counts, counts.c.who == Author.id).order_by(Author.id).all())
    latest = aliased(Book, db.query(Book).filter(Book.price > 5).subquery())
    dear = db.query(latest).join(Author, Author.id == latest.author_id).order_by(latest.id).all()
    return [[tuple(row) for row in rows], [row.n for row in rows], dear,
            db.query(func.sum(counts.c.books)).scalar(), db.query(counts).order_by(counts.c.who).first()._asdict()]
