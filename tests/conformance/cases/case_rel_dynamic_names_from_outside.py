"""Names that are read come from outside of the program: in a comprehension, through a helper, in a loop."""
import os
from sqlalchemy.orm import Session
from models import Author, Book


def show(obj, field):
    value = getattr(obj, field)
    return [v.id for v in value] if isinstance(value, list) else value


def case(db: Session):
    asked = os.environ.get("ASKED", "title reviews").split()
    book = db.query(Book).filter(Book.id == 1).first()
    direct = [str(getattr(book, name))[:3] for name in asked]
    return direct + [show(book, name) for name in asked] + [{n: show(b, n) for n in asked} for b in db.query(Book).filter(Book.id > 3).order_by(Book.id)]
