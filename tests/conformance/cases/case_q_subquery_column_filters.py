"""Columns selected through subqueries with renamed labels and several levels."""
from sqlalchemy import func, literal
from sqlalchemy.orm import Session

from models import Author, Book


def stats(db: Session):
    return db.query(Book.author_id.label("who"), func.max(Book.price).label("top")).group_by(Book.author_id)


def case(db: Session):
    inner = stats(db).filter(Book.author_id.isnot(None)).subquery()
    outer = db.query(inner.c.who, (inner.c.top * 2).label("twice")).filter(inner.c.top > 15).subquery("outer_rows")
    latest = db.query(func.max(Book.id)).filter(Book.author_id == Author.id).scalar_subquery()
    return [
        [tuple(r) for r in db.query(outer).order_by(outer.c.who)],
        [tuple(r) for r in db.query(Author.name, outer.c.twice).outerjoin(outer, outer.c.who == Author.id).order_by(Author.id)],
        [tuple(r) for r in db.query(Author.id, latest.label("latest")).order_by(Author.id)],
        db.query(Book).filter(Book.price == db.query(func.max(Book.price))).one().id,
        db.query(Book).filter(Book.price > db.query(func.avg(Book.price)).scalar_subquery()).count(),
        db.query(literal(1)).filter(db.query(Book).filter(Book.price > 29).exists()).scalar(),
        db.query(stats(db).subquery()).count(),
        [tuple(r) for r in db.query(func.count(), inner.c.who).group_by(inner.c.who).order_by(inner.c.who)],
    ]
