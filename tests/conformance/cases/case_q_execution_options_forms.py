"""execution_options, params and populate_existing in chains that are kept."""
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from models import Book


def fresh(query):
    return query.populate_existing()


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    db.query(Book).filter(Book.id == 1).update({"title": "Moved"}, synchronize_session=False)
    stale = db.query(Book).filter(Book.id == 1).one().title
    now = fresh(db.query(Book)).filter(Book.id == 1).one().title
    by_price = db.query(Book).filter(Book.price == bindparam("price")).order_by(Book.id)
    return [
        stale, now, book.title,
        [b.id for b in by_price.params(price=15)], by_price.params(price=30).one().id, by_price.params(price=1).first(),
        [b.id for b in db.query(Book).filter(text("price > :low")).params(low=15).order_by(Book.id)],
        db.query(Book).execution_options(populate_existing=True).filter(Book.id == 2).one().title,
        db.query(Book.id).filter(Book.price == bindparam("p")).params(p=5).scalar(),
        by_price.params(price=15).count(),
    ]
