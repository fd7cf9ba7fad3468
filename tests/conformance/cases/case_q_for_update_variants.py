"""with_for_update in chains that go on, kept in variables, in get and in a loop."""
from sqlalchemy.orm import Session

from models import Book, Stock


def locked(query, **kw):
    return query.with_for_update(**kw)


def reserve(db: Session, book_id, quantity):
    row = (
        db.query(Stock)
        .filter(Stock.book_id == book_id)
        .filter(Stock.quantity >= quantity)
        .order_by(Stock.quantity.desc())
        .with_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return None
    row.quantity -= quantity
    db.commit()
    return row.warehouse


def case(db: Session):
    out = [reserve(db, 1, 3), reserve(db, 1, 3), reserve(db, 1, 3), reserve(db, 2, 1)]
    book = locked(db.query(Book).filter(Book.id == 1), nowait=True).one()
    book.stock = 9
    other = db.query(Book).with_for_update().get(2)
    out.append(other.title)
    for row in locked(db.query(Book)).filter(Book.stock > 0).order_by(Book.id):
        row.stock -= 1
    db.commit()
    return out + [s for s, in db.query(Book.stock).order_by(Book.id)]
