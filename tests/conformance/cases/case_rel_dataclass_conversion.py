"""Dataclasses made of objects by classmethods, nested."""
from dataclasses import asdict, dataclass, field

from sqlalchemy.orm import Session

from models import Author, Book


@dataclass
class BookOut:
    title: str
    tags: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, book: Book) -> "BookOut":
        return cls(book.title, [t.name for t in book.tags])


@dataclass
class AuthorOut:
    name: str
    publisher: str | None
    books: list[BookOut]

    @classmethod
    def of(cls, author: Author) -> "AuthorOut":
        return cls(author.name, author.publisher.name if author.publisher else None,
                   [BookOut.of(b) for b in author.books])


def case(db: Session):
    return [asdict(AuthorOut.of(a)) for a in db.query(Author).order_by(Author.id)]
