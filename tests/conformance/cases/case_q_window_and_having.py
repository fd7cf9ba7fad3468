"""Window functions, having, filters on subqueries of ranked rows, percentages."""
from sqlalchemy import case as when, cast, Float, func, over
from sqlalchemy.orm import Session

from models import Author, Book, Review


def case(db: Session):
    rank = func.row_number().over(partition_by=Book.author_id, order_by=Book.price.desc()).label("rank")
    ranked = db.query(Book.id.label("id"), rank).subquery()
    total = func.sum(Book.price).over().label("total")
    return [
        [b.id for b in db.query(Book).join(ranked, ranked.c.id == Book.id).filter(ranked.c.rank == 1).order_by(Book.id)],
        [(t, round(float(p) / float(s), 2)) for t, p, s in db.query(Book.title, Book.price, total).order_by(Book.id)],
        [tuple(r) for r in db.query(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.id, Author.name).having(func.count(Book.id) > 1)],
        db.query(func.sum(when((Book.status == "live", 1), else_=0)).label("live"), func.count().label("n")).one()._asdict(),
        [r.id for r in db.query(Review.id, func.lag(Review.stars).over(order_by=Review.id).label("before")).order_by(Review.id) if r.before is None],
        db.query(func.max(Book.price) - func.min(Book.price)).scalar(),
        db.query(cast(func.sum(Book.price), Float) / func.count(Book.id)).scalar(),
    ]
