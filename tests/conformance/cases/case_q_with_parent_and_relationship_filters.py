"""Criteria of relationships: with_parent, any, has, contains, == an object, is None."""
from sqlalchemy.orm import Session, with_parent

from models import Author, Book, Category, Publisher, Tag


def case(db: Session):
    ada = db.query(Author).get(1)
    tag = db.query(Tag).filter_by(name="water").one()
    root = db.query(Category).filter(Category.parent == None).one()  # noqa: E711
    return [
        [b.id for b in db.query(Book).with_parent(ada, Author.books).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(with_parent(ada, Author.books)).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(Book.tags.contains(tag)).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(Book.author == ada).order_by(Book.id)],
        [a.id for a in db.query(Author).filter(Author.publisher.has(Publisher.city == "Oslo")).order_by(Author.id)],
        [a.id for a in db.query(Author).filter(Author.books.any(Book.status == "live")).order_by(Author.id)],
        [c.name for c in db.query(Category).filter(Category.parent == root).order_by(Category.id)],
        db.query(Category).filter(~Category.children.any()).count(),
        [b.id for b in db.query(Book).filter(Book.author_id.in_(a.id for a in db.query(Author).filter(Author.active)))] != [],
    ]
