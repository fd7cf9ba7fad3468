"""Loads: tree recursive."""

from sqlalchemy.orm import Session
from models import Category


def tree(node):
    return {node.name: [tree(c) for c in node.children]}


def case(db: Session):
    return tree(db.query(Category).get(1))
