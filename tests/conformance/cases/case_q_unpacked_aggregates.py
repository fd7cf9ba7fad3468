"""Rows of aggregates unpacked in every way."""
from sqlalchemy import desc, func, text
from sqlalchemy.orm import Session

from models import Book, Review


def summary(db: Session, **kw):
    count, low, high = db.query(func.count(Book.id), func.min(Book.price), func.max(Book.price)).filter_by(**kw).one()
    return {"count": count, "low": low, "high": high}


def case(db: Session):
    (total,) = db.query(func.count(Book.id)).one()
    [(n, average)] = db.query(func.count(Review.id), func.avg(Review.stars)).all()
    first, *others = db.query(Book.id).order_by(Book.id).all()
    by_status = {status: (count, stock) for status, count, stock in db.query(Book.status, func.count(), func.sum(Book.stock)).group_by(Book.status)}
    ranking = [(status, n) for status, n in db.query(Book.status, func.count(Book.id).label("n")).group_by(Book.status).order_by(desc("n"))]
    ordered = [r.title for r in db.query(Book.title, (Book.price * Book.stock).label("worth")).order_by(text("worth DESC"), Book.id)]
    return [
        summary(db), summary(db, status="draft"), total, n, float(average), first.id, len(others), by_status, ranking, ordered,
        db.query(func.sum(Book.price)).scalar() / db.query(Book).count(),
        db.query(Book.id, Book.title).filter(Book.id == 1).one()._mapping["title"],
        sum(1 for _ in db.query(Book)), max((b.price for b in db.query(Book)), default=0),
        db.query(func.count(Book.id)).filter(Book.id > 99).scalar(), db.query(func.max(Book.id)).filter(Book.id > 99).scalar(),
        db.query(func.count(Book.id)).group_by(Book.status).order_by(Book.status).all()[0][0],
    ]
