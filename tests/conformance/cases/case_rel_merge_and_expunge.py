"""merge of a detached object, expunge and add again."""
from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    book = db.get(Book, 1)
    names = book.author.name
    db.expunge(book)
    book.title = "Detached"
    merged = db.merge(book)
    out = [names, merged.title, merged.author.name, [t.name for t in merged.tags]]
    db.commit()
    out.append([r.stars for r in merged.reviews])
    made = db.merge(Author(id=77, name="Made"))
    db.flush()
    out.append(len(made.books))
    return out
