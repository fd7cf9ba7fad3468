"""count() after joins, distinct, limit, group_by, options, union, with_entities."""
from sqlalchemy import func
from sqlalchemy.orm import Session, joinedload

from models import Author, Book, Review, Tag


def count_of(query):
    return query.order_by(None).count()


def case(db: Session):
    books = db.query(Book)
    return [
        count_of(books.join(Book.tags)),
        count_of(books.join(Book.tags).distinct()),
        count_of(books.order_by(Book.id)),
        books.limit(2).count(),
        books.offset(1).limit(10).count(),
        books.options(joinedload(Book.reviews)).count(),
        books.outerjoin(Book.reviews).filter(Review.id.is_(None)).count(),
        books.with_entities(Book.status).distinct().count(),
        db.query(Book.author_id).group_by(Book.author_id).count(),
        db.query(Book.author_id).group_by(Book.author_id).having(func.count() > 1).count(),
        db.query(func.count(Book.id)).count(),
        db.query(Author, Book).count(),
        db.query(Author, Book).filter(Author.id == Book.author_id).count(),
        db.query(Tag.name).join(Tag.books).count(),
        db.query(Author.name).distinct().count(),
        db.query(Author.email).count(),
        db.query(Author).from_statement(db.query(Author).filter(Author.id < 3).statement).all().__len__(),
    ]
