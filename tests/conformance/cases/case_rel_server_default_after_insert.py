"""Server defaults and Python defaults read behind flush and behind commit."""
from sqlalchemy.orm import Session

from models import Book


def case(db: Session):
    first = Book(title="New", author_id=1)
    db.add(first)
    db.flush()
    seen = [first.status, first.price, first.updates]
    second = Book(title="Newer")
    db.add(second)
    db.commit()
    return seen, second.status, second.stock, [t.name for t in second.tags], second.author
