"""Queries: a tree built from one query, and paths upward."""
from collections import defaultdict

from sqlalchemy.orm import Session, aliased
from models import Category


def tree(db: Session):
    children = defaultdict(list)
    for category in db.query(Category).order_by(Category.name):
        children[category.parent_id].append(category)

    def build(parent):
        return [{"name": c.name, "children": build(c.id)} for c in children[parent]]

    return build(None)


def path(db: Session, key: int):
    names = []
    while key is not None:
        name, key = db.query(Category.name, Category.parent_id).filter(Category.id == key).one()
        names.insert(0, name)
    return "/".join(names)


def case(db: Session):
    parent = aliased(Category, name="parent")
    pairs = db.query(Category.name, parent.name).outerjoin(parent, Category.parent_id == parent.id).order_by(Category.id)
    return tree(db), path(db, 4), [tuple(pair) for pair in pairs]
