"""Optional filters of every kind as arguments with defaults, None, empty lists, booleans, ranges."""
from typing import List, Optional, Tuple

from sqlalchemy import or_
from sqlalchemy.orm import Session, joinedload

from models import Author, Book


def search(
    db: Session,
    text: Optional[str] = None,
    statuses: Optional[List[str]] = None,
    price: Optional[Tuple[Optional[int], Optional[int]]] = None,
    in_stock: Optional[bool] = None,
    author: Optional[str] = None,
    order: str = "id",
    descending: bool = False,
    skip: int = 0,
    limit: Optional[int] = 100,
    with_author: bool = False,
):
    query = db.query(Book)
    if text:
        query = query.filter(or_(Book.title.ilike(f"%{text}%"), Book.status == text))
    if statuses is not None:
        query = query.filter(Book.status.in_(statuses))
    if price:
        low, high = price
        query = query.filter(Book.price >= low) if low is not None else query
        if high is not None:
            query = query.filter(Book.price <= high)
    if in_stock is not None:
        query = query.filter(Book.stock > 0 if in_stock else Book.stock == 0)
    if author:
        query = query.join(Author).filter(Author.name == author)
    total = query.count()
    column = getattr(Book, order, Book.id)
    query = query.order_by(column.desc() if descending else column.asc(), Book.id)
    if with_author:
        query = query.options(joinedload(Book.author))
    if skip:
        query = query.offset(skip)
    if limit is not None:
        query = query.limit(limit)
    return {"total": total, "items": [b.title for b in query.all()]}


def case(db: Session):
    return [
        search(db), search(db, "n", order="price", descending=True), search(db, statuses=[]), search(db, statuses=["live"], limit=1),
        search(db, price=(15, 20)), search(db, price=(None, 10)), search(db, in_stock=False), search(db, in_stock=True, skip=1),
        search(db, author="Ada", order="title", with_author=True), search(db, limit=None, skip=0),
    ]
