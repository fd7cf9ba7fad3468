"""Walrus, try/else, while and match around queries that are kept."""
from sqlalchemy.orm import Session

from models import Author, Book


def pick(query, how):
    match how:
        case "first":
            return query.first()
        case "last":
            return query.order_by(None).order_by(Book.id.desc()).first()
        case int(number):
            return query.offset(number).first()
        case _:
            return None


def drain(db: Session):
    seen = []
    while (batch := db.query(Book).filter(Book.stock > 0).order_by(Book.id).limit(2).all()):
        for book in batch:
            book.stock = 0
            seen.append(book.id)
        db.flush()
    return seen


def case(db: Session):
    query = db.query(Book).order_by(Book.id)
    out = [getattr(pick(query, how), "id", None) for how in ("first", "last", 2, "no")]
    if (author := db.query(Author).filter_by(name="Bob").first()) and (n := db.query(Book).filter(Book.author_id == author.id).count()):
        out.append((author.id, n))
    if (q := query.filter(Book.price > 100)).count() == 0:
        out.append(len(q.all()))
    out.append(drain(db))
    return out
