"""A rollback in an except clause; the handler and what follows read the object and its relationships."""
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Author, Tag


def add_tag(db: Session, author: Author, name: str):
    try:
        db.add(Tag(name=name))
        db.commit()
    except IntegrityError:
        db.rollback()
        return f"{author.name}: {name} is there, {len(author.books)} books"
    return author.publisher.name if author.publisher else author.name


def case(db: Session):
    author = db.query(Author).order_by(Author.id).first()
    name = db.query(Tag).order_by(Tag.id).first().name
    return [add_tag(db, author, name), add_tag(db, author, "fresh"), author.email]
