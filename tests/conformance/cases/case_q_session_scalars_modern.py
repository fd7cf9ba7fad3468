"""Queries: session scalars modern."""

from sqlalchemy import select, update, delete, insert
from sqlalchemy.orm import Session
from models import Book, Event


def case(db: Session):
    ids = [b.id for b in db.scalars(select(Book).order_by(Book.id))]
    first = db.scalars(select(Book).where(Book.id == 2)).first()
    n = db.execute(update(Book).where(Book.status == "draft").values(status="x")).rowcount
    d = db.execute(delete(Event).where(Event.id == 1)).rowcount
    new = db.execute(insert(Event).values(name="made").returning(Event.name)).scalar_one()
    return [ids, first.title, n, d, new, db.scalar(select(Book.title).where(Book.id == 1))]
