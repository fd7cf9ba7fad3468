"""Queries: filter optional params."""

from typing import Optional
from sqlalchemy import or_
from sqlalchemy.orm import Session
from models import Book


def search(
    db: Session,
    status: Optional[str] = None,
    text: Optional[str] = None,
    order: str = "id",
    page: int = 1,
    size: int = 2,
):
    query = db.query(Book)
    if status:
        query = query.filter(Book.status == status)
    if text:
        like = f"%{text}%"
        query = query.filter(or_(Book.title.ilike(like), Book.status.ilike(like)))
    total = query.count()
    query = query.order_by(getattr(Book, order).desc())
    items = query.offset((page - 1) * size).limit(size).all()
    return {"total": total, "items": [b.id for b in items], "pages": -(-total // size)}


def case(db: Session):
    return [search(db), search(db, "live", page=2), search(db, text="o", order="price"), search(db, "none")]
