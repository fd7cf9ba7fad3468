"""attrgetter with a dotted path as a sort key, methodcaller on a method that reads."""
from operator import attrgetter, methodcaller

from sqlalchemy.orm import Session

from models import Author, Book


def case(db: Session):
    books = db.query(Book).filter(Book.author_id.isnot(None)).all()
    books.sort(key=attrgetter("author.name", "title"))
    authors = db.query(Author).order_by(Author.id).all()
    titles = list(map(attrgetter("book_titles"), authors))
    return [[b.title for b in books], titles]
