"""bulk_* in a service: mappings made from a query, an empty list, and what is there after."""
from sqlalchemy.orm import Session

from models import Book, Tag


def copy_books(db: Session, status):
    rows = [
        {"title": title + " II", "price": price, "stock": 0}
        for title, price in db.query(Book.title, Book.price).filter(Book.status == status).order_by(Book.id)
    ]
    db.bulk_insert_mappings(Book, rows)
    db.commit()
    return len(rows)


def case(db: Session):
    made = copy_books(db, "live"), copy_books(db, "missing")
    db.bulk_update_mappings(Book, [{"id": id_, "stock": 100} for id_, in db.query(Book.id).filter(Book.price == 15)])
    db.bulk_save_objects([Tag(name="ice"), Tag(name="fog")])
    db.commit()
    return made, db.query(Book).count(), db.query(Book).filter(Book.stock == 100).count(), db.query(Tag).count()
