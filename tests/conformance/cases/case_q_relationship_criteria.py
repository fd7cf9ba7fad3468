"""Queries: criteria over relationships."""
from sqlalchemy import and_, not_
from sqlalchemy.orm import Session
from models import Author, Book, Profile, Publisher, Tag


def case(db: Session):
    ada = db.query(Author).get(1)
    water = db.query(Tag).filter_by(name="water").one()
    return [
        [b.id for b in db.query(Book).filter(Book.author == ada).order_by(Book.id)],
        [b.id for b in db.query(Book).filter_by(author=ada).order_by(Book.id.desc())],
        [b.id for b in db.query(Book).filter(Book.tags.contains(water)).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(Book.tags.any(Tag.name.in_(["math", "rock"]))).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(not_(Book.tags.any())).all()],
        [a.id for a in db.query(Author).filter(Author.publisher.has(city="Oslo")).order_by(Author.id)],
        [a.id for a in db.query(Author).filter(Author.profile == None).order_by(Author.id)],  # noqa: E711
        db.query(Publisher).filter(Publisher.authors.any(and_(Author.active, Author.age > 40))).count(),
        db.query(Profile).filter(Profile.author.has(Author.books.any(Book.price > 20))).one().bio,
    ]
