"""Joins of many forms: aliases of subqueries, on clauses, of_type, any(name=...), self joins."""
from sqlalchemy import and_, func, or_
from sqlalchemy.orm import Session, aliased, contains_eager

from models import Author, Book, Category, Editor, Publisher, Staff, Tag, book_tags


def case(db: Session):
    parent, writer = aliased(Category), aliased(Author, name="writer")
    return [
        [tuple(r) for r in db.query(Category.name, parent.name).outerjoin(parent, Category.parent).order_by(Category.id)],
        [b.id for b in db.query(Book).join(writer, Book.author).filter(writer.name == "Ada").order_by(Book.id)],
        [b.id for b in db.query(Book).join(Book.author.of_type(writer)).filter(writer.age > 40).order_by(Book.id)],
        [b.id for b in db.query(Book).join(Author, isouter=True).filter(Author.id.is_(None))],
        [b.id for b in db.query(Book).outerjoin(Author, and_(Author.id == Book.author_id, Author.active)).filter(Author.id.is_(None)).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(Book.tags.any(name="water")).order_by(Book.id)],
        [b.id for b in db.query(Book).filter(Book.author.has(name="Ada")).order_by(Book.id)],
        [b.id for b in db.query(Book).join(book_tags, book_tags.c.book_id == Book.id).join(Tag, Tag.id == book_tags.c.tag_id).filter(Tag.name == "rock")],
        [tuple(r) for r in db.query(book_tags).filter(book_tags.c.book_id == 4).order_by(book_tags.c.tag_id)],
        db.query(Book.__table__).filter(Book.__table__.c.id == 1).one().title,
        [(b.title, b.author.name) for b in db.query(Book).join(writer, Book.author).options(contains_eager(Book.author, alias=writer)).order_by(Book.id)],
        [s.name for s in db.query(Staff).join(Publisher).join(Publisher.authors).filter(Author.name == "Bob")],
        db.query(Publisher).join(Staff.publisher.of_type(Publisher)).count() if False else None,
        [e.name for e in db.query(Editor).join(Editor.publisher).filter(Publisher.city == "Oslo")],
        db.query(Author).filter(or_(Author.books.any(), Author.publisher.has(city="Oslo"))).count(),
        [r for r, in db.query(func.count(Book.id.distinct())).join(Book.tags).join(Book.author)],
    ]
