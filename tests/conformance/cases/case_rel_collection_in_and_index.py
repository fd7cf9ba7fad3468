"""len, in, index, slices, bool and unpacking of unloaded collections."""
from sqlalchemy.orm import Session

from models import Author, Book, Tag


def case(db: Session):
    author = db.query(Author).filter_by(name="Ada").first() or db.get(Author, 1)
    book = db.get(Book, 2)
    out = [len(author.books), book in author.books, author.books[0].title, [b.id for b in author.books[1:]]]
    first, *rest = author.books
    out += [first.id, len(rest), bool(author.books), author.books.index(book) if book in author.books else -1]
    tag = db.get(Tag, 1)
    out.append(not tag.books)
    return out
