"""get() in its forms: keyword, tuple, dict, from the session, after a change, in conditions."""
from sqlalchemy.orm import Session

from models import Author, Book, Stock


def require(db, model, key):
    found = db.query(model).get(key)
    if found is None:
        raise LookupError(f"{model.__name__} {key}")
    return found


def case(db: Session):
    out = [
        db.query(Stock).get(("north", 1)).quantity,
        db.query(Stock).get({"warehouse": "south", "book_id": 1}).quantity,
        db.query(Stock).get(("west", 1)),
        db.get(Author, 2).name,
        (db.query(Author).get(3) or db.query(Author).get(1)).name,
        (db.query(Author).get(33) or db.query(Author).get(1)).name,
        db.query(Book).get(ident=4).title,
    ]
    book = require(db, Book, 2)
    book.title = "Changed"
    out.append(db.query(Book).get(2).title)
    try:
        require(db, Book, 200)
    except LookupError as error:
        out.append(str(error))
    return out
