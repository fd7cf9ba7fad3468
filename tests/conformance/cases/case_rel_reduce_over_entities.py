"""functools.reduce with a function that reads the relationship of its second argument."""
from functools import reduce

from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    return reduce(lambda total, author: total + sum(b.price for b in author.books), authors, 0)
