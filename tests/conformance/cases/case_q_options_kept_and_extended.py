"""Options added later: joined collections with limits, load_only, defer, lazyload over joined."""
from sqlalchemy.orm import Session, contains_eager, defer, joinedload, lazyload, load_only, noload, selectinload, subqueryload

from models import Author, Book, Publisher


def with_details(query, full=False):
    query = query.options(joinedload(Book.author))
    if full:
        query = query.options(joinedload(Book.reviews), selectinload(Book.tags))
    return query


def case(db: Session):
    short = with_details(db.query(Book)).order_by(Book.id)
    full = with_details(db.query(Book), full=True).order_by(Book.id)
    return [
        [(b.id, b.author and b.author.name) for b in short.limit(3)],
        [(b.id, len(b.reviews), len(b.tags)) for b in full.all()],
        [(b.id, len(b.reviews)) for b in full.limit(2)],
        len(full.filter(Book.id == 1).one().reviews), full.first().id, full.filter(Book.id == 90).one_or_none(), full.count(),
        [len(p.authors) for p in db.query(Publisher).options(subqueryload(Publisher.authors).joinedload(Author.books)).order_by(Publisher.id)],
        [b.title for b in db.query(Book).options(load_only(Book.title), defer(Book.price)).order_by(Book.id).limit(2)],
        [p.authors for p in db.query(Publisher).options(noload(Publisher.authors)).filter(Publisher.id == 1)],
        [[b.title for b in a.books] for a in db.query(Author).join(Author.books).options(contains_eager(Author.books)).filter(Book.price < 25).order_by(Author.id).populate_existing()],
    ]
