"""union and its like of columns: labels, counts, subqueries of them, ordering, limits."""
from sqlalchemy import literal
from sqlalchemy.orm import Session

from models import Author, Publisher, Tag


def case(db: Session):
    authors = db.query(Author.id.label("key"), Author.name.label("title"), literal("author").label("kind"))
    tags = db.query(Tag.id, Tag.name, literal("tag"))
    both = authors.union_all(tags)
    named = db.query(Author.name).union(db.query(Publisher.name))
    inner = both.subquery()
    return [sorted(map(tuple, both.all())), both.count(), sorted(n for n, in named), named.count(),
            db.query(inner).count(), db.query(Author.id).intersect(db.query(Tag.id)).count(),
            sorted(i for i, in db.query(Author.id).except_(db.query(Author.id).filter(Author.id > 1)))]
