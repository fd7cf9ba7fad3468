"""A commit in each turn of a loop over objects and their relationships."""
from sqlalchemy.orm import Session

from models import Author, Review


def case(db: Session):
    out = []
    for author in db.query(Author).order_by(Author.id).all():
        for book in author.books:
            db.add(Review(stars=3, book_id=book.id))
            db.commit()
            out.append((author.name, book.title, len(book.reviews)))
        author.age = (author.age or 0) + 1
        db.commit()
        out.append(author.publisher.city if author.publisher else None)
    return out
