"""contains_eager names the relationship already; another one of the same entity is missing."""
from sqlalchemy.orm import Session, contains_eager

from models import Author, Book


def case(db: Session):
    authors = (
        db.query(Author).join(Author.books).filter(Book.status == "live")
        .options(contains_eager(Author.books)).order_by(Author.id, Book.id).all()
    )
    return [(a.name, [b.title for b in a.books], a.publisher.name) for a in authors]
