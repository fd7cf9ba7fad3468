"""Pages of a query in a while loop, each with nested reads, objects kept over commits."""
from sqlalchemy.orm import Session

from models import Book


def pages(db: Session, size: int):
    offset = 0
    while True:
        page = db.query(Book).order_by(Book.id).offset(offset).limit(size).all()
        if not page:
            return
        yield page
        offset += size


def case(db: Session):
    kept = []
    for page in pages(db, 2):
        for book in page:
            book.stock += 1
            kept.append(book)
        db.commit()
    return [(b.title, b.author.name if b.author else None, sorted(b.tag_names)) for b in kept]
