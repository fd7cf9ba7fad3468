"""A foreign key set to None; the relationship is None after the commit."""
from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    author = db.query(Author).filter(Author.id == 1).one()
    name = author.publisher.name
    author.publisher_id = None
    db.commit()
    return [name, author.publisher, len(author.books)]
