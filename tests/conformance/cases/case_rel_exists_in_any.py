"""any() and all() over relationships, generator expressions in conditions."""
from sqlalchemy.orm import Session

from models import Author, Book


def popular(author: Author) -> bool:
    return any(r.stars > 3 for b in author.books for r in b.reviews)


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    out = [a.name for a in authors if popular(a)]
    out.append(all(b.author is None or b.author.active for b in db.query(Book)))
    out.append(next((a.id for a in authors if a.profile and a.profile.bio), None))
    out.append(sum(len(b.tags) for a in authors for b in a.books))
    return out
