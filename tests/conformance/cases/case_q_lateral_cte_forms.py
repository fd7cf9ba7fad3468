"""CTEs and subqueries made from queries, joined, aliased and counted."""
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models import Author, Book


def case(db: Session):
    per_author = (
        db.query(Book.author_id.label("author_id"), func.count().label("n"), func.sum(Book.price).label("total"))
        .filter(Book.author_id.isnot(None))
        .group_by(Book.author_id)
    )
    totals = per_author.subquery("totals")
    rich = per_author.having(func.sum(Book.price) > 20).cte("rich")
    live = aliased(Book, db.query(Book).filter(Book.status == "live").subquery())
    return [
        [tuple(r) for r in db.query(Author.name, totals.c.n).join(totals, totals.c.author_id == Author.id).order_by(Author.id)],
        [a.name for a in db.query(Author).join(rich, rich.c.author_id == Author.id)],
        db.query(func.count()).select_from(totals).scalar(),
        [(b.title, n) for b, n in db.query(live, totals.c.n).join(totals, totals.c.author_id == live.author_id).order_by(live.id)],
        db.query(totals).order_by(totals.c.author_id).first()._asdict(),
        db.query(totals.c.total).filter(totals.c.n == 2).scalar(),
        [a.name for a in db.query(Author).filter(Author.id.in_(select(totals.c.author_id))).order_by(Author.id)],
        db.query(Author).outerjoin(totals, totals.c.author_id == Author.id).filter(totals.c.n.is_(None)).count(),
    ]
