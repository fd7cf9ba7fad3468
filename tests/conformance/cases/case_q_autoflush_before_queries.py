"""Pending objects and queries: autoflush of every kind of terminal."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    out = []
    db.add(Author(id=50, name="Dee", email="dee@x.org"))
    out.append(db.query(Author).filter_by(name="Dee").count())
    author = db.query(Author).get(50)
    author.name = "Dora"
    out.append(db.query(func.count(Author.id)).filter(Author.name == "Dora").scalar())
    with db.no_autoflush:
        author.name = "Dina"
        out.append(db.query(Author.id).filter(Author.name == "Dina").first())
    out.append(db.query(Author.id).filter(Author.name == "Dina").first())
    db.add(Book(id=60, title="New", author_id=50))
    out.append(db.query(db.query(Book).filter(Book.title == "New").exists()).scalar())
    out.append([b.title for b in db.query(Book).autoflush(False).filter(Book.author_id == 50)])
    db.delete(author)
    out.append(db.query(Author).filter(Author.id == 50).first())
    db.rollback()
    return out, db.query(Author).count()
