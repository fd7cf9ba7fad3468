"""A helper commits between the query and the read; another one changes what is read."""
from sqlalchemy.orm import Session

from models import Author, Book, Review


def log(db: Session, text: str):
    db.add(Review(stars=1, body=text, book_id=1))
    db.commit()


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    before = len(book.reviews)
    log(db, "seen")
    out = [before, len(book.reviews), book.author.name]
    author = book.author
    log(db, "again")
    out.append([b.title for b in author.books])
    out.append(len(book.reviews))
    return out
