"""Queries: window functions in a subquery."""
from sqlalchemy import func
from sqlalchemy.orm import Session, aliased
from models import Book


def case(db: Session):
    rank = func.row_number().over(partition_by=Book.author_id, order_by=(Book.price.desc(), Book.id)).label("rank")
    ranked = db.query(Book, rank).filter(Book.author_id.isnot(None)).subquery()
    dearest = aliased(Book, ranked)
    best = db.query(dearest).filter(ranked.c.rank == 1).order_by(dearest.id).all()
    plain = db.query(ranked.c.id, ranked.c.rank).order_by(ranked.c.id).all()
    return [b.title for b in best], [tuple(row) for row in plain]
