"""The statement, the text and the descriptions of a query."""
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    query = db.query(Book).filter(Book.price > 15)
    rows = db.execute(query.statement).scalars().all()
    ids = select(func.count()).select_from(query.subquery())
    return [
        sorted(b.id for b in rows), db.execute(ids).scalar(), "books.price >" in str(query),
        "WHERE" in str(query.statement.compile(compile_kwargs={"literal_binds": True})),
        query.column_descriptions[0]["name"], query.whereclause is not None,
        db.execute(db.query(Author.id, Author.name).order_by(Author.id).statement).first().name,
        db.query(Book).filter(Book.id.in_(query.with_entities(Book.id))).count(),
        db.scalar(select(func.max(Book.price)).where(Book.id.in_(db.query(Book.id).filter(Book.status == "draft").statement))),
    ]
