"""What update() and delete() give: counts that are returned, tested, summed and compared."""
from sqlalchemy.orm import Session

from models import Book, Review


def publish(db, book_id):
    return db.query(Book).filter(Book.id == book_id, Book.status == "draft").update({Book.status: "live"})


def purge(db, *ids):
    removed = sum(db.query(Review).filter(Review.id == i).delete() for i in ids)
    db.commit()
    return removed


def raise_prices(db, percent):
    changed = 0
    for status in ("live", "draft", "gone"):
        changed += db.query(Book).filter_by(status=status).update(
            {"price": Book.price + Book.price * percent / 100}, synchronize_session=False)
    return changed


def case(db: Session):
    out = [publish(db, 3), publish(db, 3), publish(db, 99) == 0]
    if not publish(db, 1):
        out.append("already live")
    out.append(purge(db, 1, 2, 50))
    out.append(raise_prices(db, 0))
    out.append(db.query(Book).filter(Book.status == "live").update({"stock": Book.stock + 1}) or "none")
    out.append(db.query(Book).filter(Book.id.in_([90, 91])).delete(synchronize_session="fetch") or "none")
    db.commit()
    return out
