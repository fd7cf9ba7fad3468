"""synchronize_session of every kind, with objects of the session in memory."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    books = db.query(Book).order_by(Book.id).all()
    db.query(Book).filter(Book.price < 20).update({Book.price: 1}, synchronize_session="evaluate")
    one = [b.price for b in books]
    db.query(Book).filter(Book.stock == 0).update({"stock": 50}, synchronize_session="fetch")
    two = [b.stock for b in books]
    db.query(Book).filter(Book.id == 1).update({"title": "Silent"}, synchronize_session=False)
    three = books[0].title
    db.expire_all()
    four = books[0].title
    oldest = db.query(func.max(Author.age)).scalar_subquery()
    gone = db.query(Author).filter(Author.age == oldest).delete(synchronize_session=False)
    return one, two, three, four, gone, db.query(Author).count()
