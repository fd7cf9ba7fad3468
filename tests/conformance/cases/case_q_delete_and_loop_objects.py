"""db.delete in loops over queries, counts in between, and what cascades."""
from sqlalchemy.orm import Session

from models import Author, Book, Review


def remove_books(db: Session, query):
    removed = 0
    for book in query:
        db.delete(book)
        removed += 1
    db.flush()
    return removed


def case(db: Session):
    out = [remove_books(db, db.query(Book).filter(Book.price < 16)), db.query(Review).count()]
    for author in db.query(Author).filter(~Author.books.any()).all():
        db.delete(author)
    db.commit()
    out.append([a.id for a in db.query(Author).order_by(Author.id)])
    [db.delete(r) for r in db.query(Review)]
    db.commit()
    return out + [db.query(Review).first(), db.query(Book).count()]
