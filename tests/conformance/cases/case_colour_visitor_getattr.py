"""A visitor that dispatches with getattr on a name made at run time."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Visitor:
    def __init__(self, db: Session):
        self.db = db

    def visit(self, node):
        method = getattr(self, "visit_" + node["kind"], self.generic)
        return method(node)

    def visit_author(self, node):
        return self.db.get(Author, node["id"]).name

    def visit_many(self, node):
        return [self.visit(child) for child in node["items"]]

    def generic(self, node):
        return node["kind"]


def case(db: Session):
    tree = {"kind": "many", "items": [{"kind": "author", "id": 1}, {"kind": "other"}, {"kind": "author", "id": 2}]}
    return Visitor(db).visit(tree)
