"""Session events around queries: a listener counts what is flushed and committed."""
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import Book, Event

seen = []


@event.listens_for(Book, "before_update")
def note_update(mapper, connection, target):
    seen.append(("update", target.id))


@event.listens_for(Event, "before_insert")
def note_insert(mapper, connection, target):
    seen.append(("insert", target.name))


def case(db: Session):
    seen.clear()
    book = db.query(Book).filter(Book.id == 1).one()
    book.price = 31
    db.add(Event(name="sale"))
    db.commit()
    db.query(Book).filter(Book.id == 2).update({"price": 3})
    db.commit()
    return sorted(seen), db.query(Event).filter_by(name="sale").count()
