"""Several queries in a list or dictionary, run in one comprehension; the same query run several ways."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book, Tag


def case(db: Session):
    queries = [db.query(Author), db.query(Book).filter(Book.price > 12), db.query(Tag)]
    named = {model.__tablename__: db.query(model) for model in (Author, Book, Tag)}
    report = {name: query.count() for name, query in named.items()}
    one = db.query(Book.author_id, func.count(Book.id).label("n")).group_by(Book.author_id).order_by(Book.author_id)
    return [[q.count() for q in queries], report, [len(q.all()) for q in queries], one.first().n, dict(one.all()),
            [row.n for row in one], one.count(), [q.order_by(None).first() is not None for q in queries]]
