"""Objects grouped by setdefault() in a plain dictionary; their methods read, nested and behind a condition."""
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    groups = {}
    for book in db.query(Book).order_by(Book.id).all():
        groups.setdefault(book.author_id, []).append(book)
    titles = {key: [(b.author and b.author.publisher and b.author.publisher.name) for b in groups[key]]
              for key in sorted(groups, key=str)}
    by_state = {}
    for author in db.query(Author).order_by(Author.id).all():
        by_state.setdefault(bool(author.active), []).append(author)
    return [titles, {state: [[(r.stars for r in b.reviews) and len(b.reviews) for b in a.books] for a in by_state[state]]
                     for state in sorted(by_state)}]
