"""Loads: nested to one."""

from sqlalchemy.orm import Session
from models import Book


def city(book):
    return book.author.publisher.city if book.author and book.author.publisher else None


def case(db: Session):
    return [city(b) for b in db.query(Book).order_by(Book.id).all()]
