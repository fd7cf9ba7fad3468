"""Queries: a page object made by a helper."""
import math
from dataclasses import dataclass

from sqlalchemy.orm import Query, Session
from models import Book


@dataclass
class Page:
    items: list
    total: int
    page: int
    pages: int

    @classmethod
    def of(cls, query: Query, page: int, per_page: int) -> "Page":
        total = query.count()
        items = query.limit(per_page).offset((page - 1) * per_page).all()
        return cls(items=items, total=total, page=page, pages=math.ceil(total / per_page))


def cheap_books(db: Session, page: int) -> Page:
    return Page.of(db.query(Book).filter(Book.price < 25).order_by(Book.price, Book.id), page, 2)


def case(db: Session):
    first, second = cheap_books(db, 1), cheap_books(db, 2)
    return [b.id for b in first.items], first.total, first.pages, [b.id for b in second.items], second.page
