"""A session that does not expire at commit."""
from sqlalchemy.orm import Session

from models import Author, Book

SESSION = {"expire_on_commit": False}


def case(db: Session):
    author = db.get(Author, 1)
    author.name = "New"
    db.commit()
    out = [author.name, [b.title for b in author.books]]
    book = Book(title="x", author=author)
    db.add(book)
    db.commit()
    out.append([b.title for b in author.books])
    out.append(book.author.publisher.name)
    return out
