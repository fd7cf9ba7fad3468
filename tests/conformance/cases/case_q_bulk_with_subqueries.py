"""Bulk update and delete with criteria of subqueries, joins of tables, and what they return."""
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Author, Book, Review


def case(db: Session):
    busy = db.query(Book.author_id).group_by(Book.author_id).having(Book.author_id > 1)
    changed = db.query(Author).filter(Author.id.in_(busy)).update({Author.age: Author.age + 1}, synchronize_session=False)
    raised = db.query(Book).filter(Book.id.in_(select(Book.id).where(Book.price < 20))).update(
        {"price": Book.price + 1}, synchronize_session="fetch")
    gone = db.query(Review).filter(Review.book_id == 1).delete()
    none = db.query(Review).filter(Review.id == 4711).delete(synchronize_session=False)
    db.commit()
    return [changed, raised, gone, none, [a.age for a in db.query(Author).order_by(Author.id)],
            [b.price for b in db.query(Book).order_by(Book.id)]]
