"""Counter, max, min and any over generators that read relationships."""
from collections import Counter

from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    tags = Counter(tag.name for author in authors for book in author.books for tag in book.tags)
    busiest = max(authors, key=lambda a: len(a.books))
    return [sorted(tags.items()), busiest.name, any(a.profile for a in authors), min(len(a.books) for a in authors)]
