"""Unions of entities: what is chained after them names the class."""
from sqlalchemy.orm import Session, joinedload

from models import Author, Book


def case(db: Session):
    cheap = db.query(Book).filter(Book.price < 16)
    live = db.query(Book).filter(Book.status == "live")
    every = cheap.union(live)
    return [
        [b.id for b in every.order_by(Book.id)],
        [b.id for b in every.filter(Book.stock > 1).order_by(Book.id.desc())],
        every.count(),
        every.order_by(Book.price.desc(), Book.id).first().title,
        [b.author.name if b.author else None for b in every.options(joinedload(Book.author)).order_by(Book.id).limit(3)],
        [b.id for b in cheap.intersect(live)],
        [b.id for b in every.join(Author).filter(Author.name == "Cyd")],
    ]
