"""Queries: a join that is added once, whatever asks for it."""
from sqlalchemy.orm import Session
from models import Author, Book, Publisher


def find(db: Session, author=None, city=None, tag=None):
    query = db.query(Book)
    joined = False
    if author:
        query = query.join(Author, Book.author_id == Author.id)
        joined = True
        query = query.filter(Author.name == author)
    if city:
        if not joined:
            query = query.join(Book.author)
        query = query.join(Publisher, Author.publisher_id == Publisher.id).filter(Publisher.city == city)
    if tag:
        query = query.filter(Book.tags.any(name=tag))
    return query.distinct().order_by(Book.id)


def case(db: Session):
    return [
        [b.id for b in find(db)], [b.id for b in find(db, author="Ada")], [b.id for b in find(db, city="Oslo")],
        [b.id for b in find(db, author="Ada", city="Oslo", tag="math")], find(db, tag="water").count(),
    ]
