"""select_from with columns of another table, explicit join conditions, full paths."""
from sqlalchemy import and_, func
from sqlalchemy.orm import Session, aliased, contains_eager

from models import Author, Book, Publisher, Review


def case(db: Session):
    editor = aliased(Author, name="editor")
    return [
        [tuple(r) for r in db.query(Publisher.name, func.count(Book.id)).select_from(Publisher)
            .outerjoin(Author, Author.publisher_id == Publisher.id).outerjoin(Book, Book.author_id == Author.id)
            .group_by(Publisher.name).order_by(Publisher.name)],
        [tuple(r) for r in db.query(Author.name, editor.name).join(editor, and_(editor.publisher_id == Author.publisher_id, editor.id > Author.id))],
        [p.name for p in db.query(Publisher).join(Publisher.authors).join(Author.books).filter(Book.price > 10).order_by(Publisher.id)],
        [(p.name, [a.name for a in p.authors]) for p in db.query(Publisher).join(Publisher.authors).options(contains_eager(Publisher.authors)).filter(Author.age > 40).order_by(Publisher.id)],
        db.query(Review).select_from(Book).join(Book.reviews).filter(Book.id == 1).count(),
        db.query(func.avg(Review.stars)).join(Book, Review.book_id == Book.id).filter(Book.author_id == 1).scalar(),
        [r.id for r in db.query(Review).join(Review.book).filter_by(status="live").order_by(Review.id)],
        db.query(Book).join(Author).filter_by(name="Bob").one().title,
    ]
