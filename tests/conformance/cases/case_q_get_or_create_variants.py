"""get_or_create, update_or_create and counters in the many ways they are written."""
from sqlalchemy.orm import Session

from models import Author, Book, Stock, Tag


def get_or_create(session: Session, model, defaults=None, **kwargs):
    instance = session.query(model).filter_by(**kwargs).one_or_none()
    if instance:
        return instance, False
    params = {**kwargs, **(defaults or {})}
    instance = model(**params)
    session.add(instance)
    session.flush()
    return instance, True


def update_or_create(session: Session, model, keys, values):
    query = session.query(model).filter_by(**keys)
    if query.update(values):
        return query.one(), False
    return get_or_create(session, model, values, **keys)


def next_number(session: Session):
    last = session.query(Book.id).order_by(Book.id.desc()).limit(1).scalar()
    return (last or 0) + 1


def case(db: Session):
    tag, made = get_or_create(db, Tag, name="math")
    new, fresh = get_or_create(db, Author, {"age": 20}, name="Fay", email="fay@x.org")
    stock, added = update_or_create(db, Stock, {"warehouse": "north", "book_id": 1}, {"quantity": 70})
    other, created = update_or_create(db, Stock, {"warehouse": "east", "book_id": 2}, {"quantity": 5})
    db.commit()
    return [
        tag.id, made, new.age, fresh, stock.quantity, added, other.quantity, created, next_number(db),
        db.query(Stock).count(), db.query(Author).filter(Author.name.in_(["Fay"])).count(),
    ]
