"""refresh() of all, of some columns, of a relationship; with for update."""
from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    author = db.get(Author, 1)
    out = [len(author.books)]
    db.execute(update(Book).where(Book.id == 1).values(author_id=2).execution_options(synchronize_session=False))
    out.append(len(author.books))
    db.refresh(author)
    out.append(len(author.books))
    db.execute(update(Author).where(Author.id == 1).values(name="Z").execution_options(synchronize_session=False))
    db.refresh(author, ["name"])
    out.append(author.name)
    db.refresh(author, attribute_names=["publisher"])
    out.append(author.publisher.name if author.publisher else None)
    book = db.get(Book, 2)
    db.refresh(book, with_for_update=True)
    out.append([t.name for t in book.tags])
    return out
