"""A collection is replaced, one is removed from, one extended, all unloaded before."""
from sqlalchemy.orm import Session

from models import Author, Book, Tag


def retag(db: Session, book_id: int, names):
    book = db.query(Book).filter(Book.id == book_id).one()
    book.tags = db.query(Tag).filter(Tag.name.in_(names)).order_by(Tag.id).all()
    db.commit()
    return [t.name for t in book.tags]


def case(db: Session):
    names = [t.name for t in db.query(Tag).order_by(Tag.id)]
    out = [retag(db, 1, names[:2]), retag(db, 1, names[1:])]
    author = db.get(Author, 1)
    author.books.remove(author.books[0])
    db.flush()
    out.append([b.id for b in author.books])
    author.books.extend([Book(title="x"), Book(title="y")])
    db.commit()
    out.append([b.title for b in author.books])
    out.append(db.query(Book).filter(Book.author_id == 1).count())
    return out
