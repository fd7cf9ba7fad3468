"""Queries: an update that must hit a row."""
from sqlalchemy.orm import Session
from models import Book


class OutOfStock(Exception):
    pass


def take(db: Session, book_id: int, amount: int = 1) -> int:
    updated = (
        db.query(Book)
        .filter(Book.id == book_id, Book.stock >= amount)
        .update({Book.stock: Book.stock - amount}, synchronize_session=False)
    )
    if updated == 0:
        db.rollback()
        raise OutOfStock(book_id)
    db.commit()
    return db.query(Book.stock).filter(Book.id == book_id).scalar()


def case(db: Session):
    left = take(db, 1, 2)
    try:
        take(db, 2)
    except OutOfStock as error:
        missing = error.args
    return left, missing, db.query(Book).filter(Book.stock == 0).update({"status": "sold"}), db.commit()
