"""Ordering by labels, by position of unary forms, with collations and nulls, cleared and set again."""
from sqlalchemy import asc, desc, func, nulls_last
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    query = db.query(Author).order_by(nulls_last(Author.age.desc()), Author.id)
    again = query.order_by(None).order_by(asc(Author.name))
    rows = db.query(Book.author_id, func.sum(Book.price).label("total")).group_by(Book.author_id)
    fields = {"total": desc("total"), "who": Book.author_id}
    return [[a.id for a in query], [a.id for a in again], [r.total for r in rows.order_by(fields["total"], "author_id")],
            [r.author_id for r in rows.order_by(fields["who"])], db.query(Author).order_by(func.lower(Author.name)).first().id,
            [a.id for a in query.order_by(False).order_by(Author.id.desc()).limit(2)]]
