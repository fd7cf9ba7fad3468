"""Generators over queries: pages, chunks of keys, yield from, rows turned into dictionaries."""
from sqlalchemy.orm import Session

from models import Author, Book


def pages(query, size):
    offset = 0
    while True:
        page = query.limit(size).offset(offset).all()
        if not page:
            return
        yield page
        offset += size


def everything(db: Session, *models):
    for model in models:
        yield from db.query(model).order_by(model.id)


def as_dicts(query, *names):
    for row in query:
        yield {name: getattr(row, name) for name in names}


def numbered(db: Session):
    for number, (title, price) in enumerate(db.query(Book.title, Book.price).order_by(Book.id), start=1):
        yield number, title, price


def case(db: Session):
    return [
        [[b.id for b in page] for page in pages(db.query(Book).order_by(Book.id), 2)],
        [type(x).__name__ + str(x.id) for x in everything(db, Author, Book)],
        list(as_dicts(db.query(Book).order_by(Book.id).limit(2), "id", "title")),
        list(as_dicts(db.query(Author.id, Author.name).filter(Author.age > 50), "id", "name")),
        next(numbered(db)), sum(price for _, _, price in numbered(db)),
        {a.name: [b.title for b in db.query(Book).filter(Book.author_id == a.id).order_by(Book.id)] for a in db.query(Author).order_by(Author.id)},
    ]
