"""Objects that no session has yet, beside a helper that commits: there is nothing of them to load anew."""
from sqlalchemy.orm import Session

from models import Author, Book, Tag


def tag_named(db: Session, name):
    tag = db.query(Tag).filter(Tag.name == name).first()
    if tag is None:
        tag = Tag(name=name)
        db.add(tag)
        db.commit()
        db.refresh(tag)
    return tag


def make(db: Session, titles):
    books = []
    for title, names in titles.items():
        tags = [tag_named(db, name) for name in names]
        books.append(Book(title=title, price=1, tags=tags))
    author = Author(name="Beside", email="beside@example.com", books=books)
    db.add(author)
    db.commit()
    db.refresh(author)
    return author


def case(db: Session):
    author = make(db, {"One": ["left", "right"], "Two": ["right"], "Three": []})
    return [(book.title, sorted(tag.name for tag in book.tags)) for book in author.books]
