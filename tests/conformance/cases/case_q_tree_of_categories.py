"""Recursion with queries: children of children, paths upwards, subtrees deleted."""
from sqlalchemy.orm import Session

from models import Category


def children(db: Session, parent_id):
    return db.query(Category).filter(Category.parent_id == parent_id).order_by(Category.id)


def tree(db: Session, parent_id=None):
    query = children(db, parent_id) if parent_id else db.query(Category).filter(Category.parent_id.is_(None))
    return {c.name: tree(db, c.id) for c in query}


def path(db: Session, name):
    node = db.query(Category).filter_by(name=name).one()
    names = [node.name]
    while node.parent_id is not None:
        node = db.query(Category).get(node.parent_id)
        names.insert(0, node.name)
    return "/".join(names)


def delete_tree(db: Session, key) -> int:
    count = sum(delete_tree(db, child.id) for child in children(db, key).all())
    return count + db.query(Category).filter(Category.id == key).delete()


def depth(db: Session, key):
    return 1 + max((depth(db, c.id) for c in children(db, key)), default=0)


def case(db: Session):
    return [tree(db), path(db, "physics"), depth(db, 1), delete_tree(db, 2), tree(db), children(db, 1).count()]
