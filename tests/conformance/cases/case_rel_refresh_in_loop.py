"""refresh() of each entity in a loop; relationships are read behind it."""
from sqlalchemy.orm import Session

from models import Author


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    for author in authors:
        author.active = True
    db.commit()
    for author in authors:
        db.refresh(author)
    return [(a.name, len(a.books), a.publisher.name if a.publisher else None) for a in authors]
