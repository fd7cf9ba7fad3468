"""Queries: a helper that raises when there is nothing."""
from sqlalchemy.orm import Session
from models import Author, Book


class HTTPError(Exception):
    def __init__(self, status, detail):
        super().__init__(status, detail)
        self.status = status


def or_404(value, detail="not found"):
    if value is None:
        raise HTTPError(404, detail)
    return value


def book_of(db: Session, book_id: int, author_id: int):
    author = or_404(db.query(Author).filter(Author.id == author_id, Author.active.is_(True)).first(), "no author")
    return or_404(db.query(Book).filter_by(id=book_id, author_id=author.id).one_or_none())


def case(db: Session):
    out = [book_of(db, 2, 1).title]
    for book_id, author_id in ((2, 2), (1, 3)):
        try:
            book_of(db, book_id, author_id)
        except HTTPError as error:
            out.append(error.args)
    return out
