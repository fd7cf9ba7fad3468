"""exists() of queries of aggregates asks for rows, on every way that a query can take."""
from sqlalchemy import func
from sqlalchemy.orm import Session

from models import Author, Book


def narrow(query, number):
    return query.filter(Author.id > number)


def grouped(query):
    return query.group_by(Author.name)


def case(db: Session):
    out = []
    for query in (db.query(func.max(Author.id)), db.query(Author), db.query(Author.id)):
        out.append(db.query(narrow(query, 4711).exists()).scalar())
        out.append(db.query(narrow(query, 0).exists()).scalar())
    counts = db.query(func.count(Book.id), func.max(Book.price)).filter(Book.price > 100000)
    if out:
        counts = counts.filter(Book.id > 0)
    out.append(db.query(counts.exists()).scalar())
    out.append(db.query(grouped(db.query(func.max(Author.id)).filter(Author.id > 4711)).exists()).scalar())
    out.append(db.query(db.query(Author.id).filter(Author.id > 4711).limit(1).exists()).scalar())
    return out
