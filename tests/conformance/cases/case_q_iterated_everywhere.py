"""Queries as iterables in every position that takes one."""
import itertools
import json
from collections import Counter, defaultdict, deque

from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    books = db.query(Book).order_by(Book.id)
    ids = db.query(Book.id).order_by(Book.id)
    first, *rest = books
    a, b = books.limit(2)
    grouped = defaultdict(list)
    for status, title in db.query(Book.status, Book.title).order_by(Book.id):
        grouped[status].append(title)
    return [
        first.id, len(rest), a.title, b.title,
        next(iter(books)).id, next(iter(books.filter(Book.id > 90)), None),
        [i for i, book in enumerate(books, 1) if book.stock],
        [(x.id, y.id) for x, y in zip(books, books.offset(1))],
        sum(x.price for x in books), any(x.price > 25 for x in books), all(x.stock for x in books),
        max(books, key=lambda x: x.price).id, min(x.price for x in books),
        sorted(books, key=lambda x: (x.price, x.id))[0].id,
        [*ids][0][0], {x.id for x in books} == {1, 2, 3, 4, 5}, (1,) in ids.all(),
        list(map(lambda x: x.title.upper(), books))[:2], [x.id for x in filter(lambda x: x.stock > 2, books)],
        dict(db.query(Book.id, Book.title).filter(Book.id < 3).all()),
        [x.id for x in itertools.chain(books.filter(Book.id < 2), books.filter(Book.id > 4))],
        [x.id for x in itertools.islice(books, 2)],
        [x.id for x in reversed(books.all())], json.dumps([x.title for x in books.limit(1)]),
        Counter(x.status for x in books), deque(x.id for x in books), dict(grouped),
        ", ".join(x.title for x in books), [k for k, g in itertools.groupby(books, key=lambda x: x.status)],
        list(enumerate(name for name, in db.query(Author.name).order_by(Author.id))),
        tuple(books)[1].id, set(x for x, in db.query(Book.status)) == {"live", "draft"}, frozenset(ids) is not None,
    ]
