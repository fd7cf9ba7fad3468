"""A Page class that takes a query, runs it lazily and knows its numbers."""
import math

from sqlalchemy.orm import Query, Session

from models import Author, Book


class Page:
    def __init__(self, query: Query, page: int, per_page: int):
        self.page, self.per_page = page, per_page
        self.total = query.order_by(None).count()
        self.items = query.limit(per_page).offset((page - 1) * per_page).all()

    @property
    def pages(self):
        return math.ceil(self.total / self.per_page)

    @classmethod
    def of(cls, query, page=1, per_page=2):
        return cls(query, page, per_page)


def paginate(query, page=1, per_page=2, *, error_out=False):
    items = query.offset((page - 1) * per_page).limit(per_page).all()
    if not items and page != 1 and error_out:
        raise LookupError(page)
    total = len(items) if page == 1 and len(items) < per_page else query.order_by(None).count()
    return items, total


def case(db: Session):
    books = db.query(Book).order_by(Book.id)
    items, total = paginate(books, 3)
    out = [[b.id for b in items], total]
    try:
        paginate(books, 9, error_out=True)
    except LookupError as error:
        out.append(str(error))
    people, count = paginate(db.query(Author).filter(Author.age < 40))
    return out + [[a.id for a in people], count]
