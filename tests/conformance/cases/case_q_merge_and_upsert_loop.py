"""Queries: merge and upsert loop."""

from sqlalchemy.orm import Session
from models import Stock


def put(db: Session, rows):
    for w, b, q in rows:
        item = db.query(Stock).filter_by(warehouse=w, book_id=b).first()
        if item:
            item.quantity += q
        else:
            item = Stock(warehouse=w, book_id=b, quantity=q)
            db.add(item)
    db.commit()


def case(db: Session):
    put(db, [("north", 1, 1), ("east", 2, 5)])
    m = db.merge(Stock(warehouse="south", book_id=1, quantity=50))
    db.commit()
    return [m.quantity, sorted((s.warehouse, s.quantity) for s in db.query(Stock))]
