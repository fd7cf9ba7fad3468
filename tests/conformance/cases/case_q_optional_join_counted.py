"""A join that is made under a condition, then counted and paged: rows that come twice."""
from sqlalchemy import distinct, func
from sqlalchemy.orm import Session

from models import Author, Book, Tag


def search(session: Session, tag=None, page=1, size=2):
    query = session.query(Author)
    if tag is not None:
        query = query.join(Author.books).join(Book.tags).filter(Tag.name.in_(tag))
    total = query.count()
    rows = query.order_by(Author.id).offset((page - 1) * size).limit(size).all()
    return total, [a.id for a in rows]


def case(db: Session):
    names = [n for n, in db.query(Tag.name).order_by(Tag.id)]
    return [
        search(db), search(db, names), search(db, names, 2), search(db, names[:1], 1, 5), search(db, [], 1),
        db.query(func.count(distinct(Book.author_id))).join(Book.tags).scalar(),
    ]
