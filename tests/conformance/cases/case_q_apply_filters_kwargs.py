"""apply_filters(query, **kw): names of columns with operators behind two underscores."""
from sqlalchemy.orm import Query, Session

from models import Author, Book

OPERATORS = {
    "eq": lambda column, value: column == value,
    "gt": lambda column, value: column > value,
    "lt": lambda column, value: column < value,
    "like": lambda column, value: column.like(value),
    "in": lambda column, value: column.in_(value),
}


def apply_filters(query: Query, model, **kw) -> Query:
    for key, value in kw.items():
        name, _, operator = key.partition("__")
        query = query.filter(OPERATORS[operator or "eq"](getattr(model, name), value))
    return query


def apply_sort(query: Query, model, sort: str = "id") -> Query:
    column = getattr(model, sort.lstrip("-"))
    return query.order_by(column.desc() if sort.startswith("-") else column, model.id)


def search(db: Session, model, sort="id", page=1, per_page=2, **kw):
    query = apply_filters(db.query(model), model, **kw)
    total = query.count()
    items = apply_sort(query, model, sort).offset((page - 1) * per_page).limit(per_page).all()
    return total, [item.id for item in items]


def case(db: Session):
    return [
        search(db, Book, price__gt=10),
        search(db, Book, "-price", page=2, status="live"),
        search(db, Author, "name", name__in=["Ada", "Bob"], age__lt=60),
        apply_filters(db.query(Author.email), Author, name__like="C%").first(),
        apply_filters(db.query(Book), Book, id=77).first(),
    ]
