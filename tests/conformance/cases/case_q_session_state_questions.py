"""What a session knows of its objects between queries."""
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session, object_session

from models import Author, Book


def case(db: Session):
    book = db.query(Book).filter(Book.id == 1).one()
    out = [book in db, object_session(book) is not None, db.is_modified(book), len(db.new)]
    book.price = 77
    out += [db.is_modified(book), [b.id for b in db.dirty]]
    author = Author(name="Ned")
    db.add(author)
    out += [author in db.new, author.id]
    db.flush()
    out += [author.id is not None, inspect(author).persistent, len(db.new)]
    db.expire(book, ["price"])
    db.refresh(book, attribute_names=["price"])
    out.append(book.price)
    out.append(db.get_bind().dialect.name in ("sqlite", "postgresql"))
    out.append(db.execute(text("SELECT count(*) FROM books")).scalar())
    out.append(db.execute(text("SELECT title FROM books WHERE id = :id"), {"id": 2}).mappings().one()["title"])
    row = db.execute(text("SELECT id, title FROM books ORDER BY id")).fetchone()
    out.append((row.id, row[1]))
    db.expunge(author)
    out += [author in db, inspect(author).detached]
    db.rollback()
    out += [db.in_transaction(), db.query(Author).filter_by(name="Ned").count(), db.query(Book.price).filter_by(id=1).scalar()]
    return out
