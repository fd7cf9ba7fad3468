"""One name, two queries; the read stands behind both."""
from sqlalchemy.orm import Session

from models import Author


def find(db: Session, name=None, ident=None):
    if ident is not None:
        author = db.get(Author, ident)
    else:
        author = db.query(Author).filter_by(name=name).order_by(Author.id).first()
    return author


def case(db: Session):
    out = []
    for kwargs in ({"ident": 2}, {"name": "Ada"}, {"ident": 99}):
        author = find(db, **kwargs)
        out.append([b.title for b in author.books] if author else None)
    return out
