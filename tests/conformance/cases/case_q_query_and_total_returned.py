"""A function that gives a query and a number, unpacked, indexed and handed on."""
from sqlalchemy import or_
from sqlalchemy.orm import Session

from models import Author


def find(session: Session, word=None, active=None):
    query = session.query(Author)
    filters = []
    if word:
        filters.append(or_(Author.name.ilike(f"%{word}%"), Author.email.contains(word)))
    if active is not None:
        filters.append(Author.active.is_(active))
    query = query.filter(*filters)
    return query, query.count()


def page(found, limit):
    query, total = found
    return {"total": total, "items": query.order_by(Author.name, Author.id).limit(limit).all()}


def case(db: Session):
    query, total = find(db, "a")
    return [total, [a.id for a in query.order_by(Author.id)], page(find(db), 2), page(find(db, active=True), 10),
            find(db, "nobody at all")[1], find(db)[0].first() is not None]
