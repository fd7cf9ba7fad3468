"""Hybrid attributes, label names, keys of rows and dictionaries made of rows."""
from sqlalchemy import case as when, func, literal_column
from sqlalchemy.orm import Session

from models import Author, Book, Publisher


def case(db: Session):
    band = when((Book.price >= 20, "high"), else_="low").label("band")
    rows = db.query(band, func.count(Book.id).label("books")).group_by(band).order_by(band).all()
    row = db.query(Author.name.label("who"), Publisher.city.label("where_")).join(Author.publisher).order_by(Author.id).first()
    return [
        [r.label for r in db.query(Author).filter(Author.label == "Bob!")],
        db.query(Author.label).order_by(Author.id).first()[0],
        {r.band: r.books for r in rows},
        dict(db.query(Book.status, func.count()).group_by(Book.status).all()),
        row._asdict(), list(row._fields), row._mapping["who"], row.where_,
        [dict(r._mapping) for r in db.query(Book.id, Book.title.label("name")).order_by(Book.id).limit(2)],
        db.query(literal_column("1").label("one")).select_from(Book).filter(Book.id == 1).one().one,
        [c["name"] for c in db.query(Author.id, Author.name.label("who")).column_descriptions],
    ]
