"""merge() of plain objects, of detached ones, with load=False never; results used."""
from sqlalchemy.orm import Session, make_transient

from models import Author, Book


def case(db: Session):
    merged = db.merge(Author(id=1, name="Ada L."))
    fresh = db.merge(Author(id=90, name="Zed"))
    db.flush()
    book = db.query(Book).get(3)
    db.expunge(book)
    book.title = "Rivers II"
    back = db.merge(book)
    db.commit()
    copy = db.query(Book).filter(Book.id == 4).one()
    db.expunge(copy)
    make_transient(copy)
    copy.id = None
    copy.title = "Copy"
    db.add(copy)
    db.commit()
    return [
        merged.name, merged.email, fresh.id, back is book, back.title,
        db.query(Author.name).filter(Author.id.in_([1, 90])).order_by(Author.id).all(),
        db.query(Book).filter(Book.title.in_(["Copy", "Rivers II"])).count(),
    ]
