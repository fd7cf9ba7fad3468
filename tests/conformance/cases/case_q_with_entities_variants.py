"""with_entities on stored queries: aggregates, columns, the count that goes with them."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def total(query, column):
    return query.with_entities(func.coalesce(func.sum(column), 0)).scalar()


def ids(query, model):
    return [id_ for id_, in query.with_entities(model.id).order_by(model.id)]


def case(db: Session):
    books = db.query(Book).filter(Book.price > 10)
    joined = books.join(Book.author)
    return [
        total(books, Book.price), total(books.filter(Book.id > 90), Book.stock), ids(books, Book), ids(db.query(Author), Author),
        joined.with_entities(Author.name, Book.title).order_by(Book.id).first()._asdict(),
        joined.with_entities(Author).distinct().count(),
        [a.name for a in joined.with_entities(Author).order_by(Author.id)],
        books.with_entities(func.count()).scalar(), books.with_entities(Book.status).distinct().count(),
        books.order_by(None).with_entities(func.min(Book.price), func.max(Book.price)).one(),
        dict(books.with_entities(Book.status, func.count(Book.id)).group_by(Book.status).all()),
        db.query(Book.id).filter(Book.id.in_(books.with_entities(Book.id))).count(),
    ]
