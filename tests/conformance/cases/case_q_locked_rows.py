"""Queries: rows that are locked, in the order that is asked for."""
from sqlalchemy.orm import Session
from models import Book


def reserve(db: Session, wanted):
    books = db.query(Book).filter(Book.id.in_(wanted)).order_by(Book.id).with_for_update().all()
    missing = set(wanted) - {b.id for b in books}
    if missing:
        raise LookupError(sorted(missing))
    for book in books:
        book.stock -= wanted[book.id]
    db.commit()
    return {b.id: b.stock for b in books}


def case(db: Session):
    one = db.query(Book).filter(Book.id == 4).with_for_update(nowait=True).one()
    taken = reserve(db, {1: 2, 3: 4})
    try:
        reserve(db, {1: 1, 8: 1})
    except LookupError as error:
        db.rollback()
        return one.id, taken, error.args[0]
