"""A query built by recursion over a tree of conditions."""
from sqlalchemy import and_, not_, or_
from sqlalchemy.orm import Session

from models import Book


def clause(tree):
    kind, *parts = tree
    if kind == "and":
        return and_(*[clause(p) for p in parts])
    if kind == "or":
        return or_(*map(clause, parts))
    if kind == "not":
        return not_(clause(parts[0]))
    name, value = parts
    column = getattr(Book, name)
    return {"eq": column.__eq__, "gt": column.__gt__, "lt": column.__lt__}[kind](value)


def find(db: Session, tree, first=False):
    query = db.query(Book).filter(clause(tree)).order_by(Book.id)
    return query.first() if first else query.all()


def walk(query, depth):
    return query if depth == 0 else walk(query.filter(Book.id > depth), depth - 1)


def case(db: Session):
    tree = ("or", ("and", ("eq", "status", "live"), ("gt", "price", 20)), ("not", ("lt", "stock", 9)))
    return [b.id for b in find(db, tree)], find(db, ("eq", "id", 4), first=True).title, walk(db.query(Book), 3).count()
