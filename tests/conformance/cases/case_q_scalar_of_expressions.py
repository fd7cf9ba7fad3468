"""scalar() on expressions: literals, casts, labels, arithmetic over aggregates, coalesce, boolean columns."""
from sqlalchemy import Integer, case as sql_case, cast, func, literal
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    return [
        db.query(literal(7)).scalar(),
        db.query(cast(func.count(Book.id), Integer) + 1).scalar(),
        db.query((func.max(Book.price) - func.min(Book.price)).label("span")).scalar(),
        db.query(func.coalesce(func.sum(Book.stock), 0)).filter(Book.id > 4711).scalar(),
        db.query(sql_case((func.count(Author.id) > 1, "many"), else_="few")).scalar(),
        db.query(Author.active).filter(Author.id == 1).scalar(),
        db.query(func.count()).select_from(Book).filter(Book.price > 10).scalar(),
        db.query(func.count(Book.id) > 0).scalar(),
        db.query(Book.price * 2).filter(Book.id == 1).scalar(),
        db.query(Author.age).filter(Author.id == 4711).scalar(),
    ]
