"""expire() with and without names, then reads."""
from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    author = db.query(Author).filter(Author.id == 2).one()
    first = [b.title for b in author.books]
    db.expire(author)
    name = author.name
    again = [b.title for b in author.books]
    db.expire(author, ["books"])
    return [first, name, again, [b.title for b in author.books]]
