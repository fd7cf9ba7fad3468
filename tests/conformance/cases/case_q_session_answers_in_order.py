"""What a session answers besides queries: identity, new, dirty, contains, no_autoflush, expunge_all, info, in_transaction."""
from sqlalchemy import inspect
from sqlalchemy.orm import Session, object_session

from models import Author, Tag


def case(db: Session):
    db.info["who"] = "me"
    author = db.query(Author).order_by(Author.id).first()
    tag = Tag(name="fresh")
    db.add(tag)
    out = [tag in db.new, author in db, db.in_transaction(), db.info["who"], bool(db.dirty)]
    with db.no_autoflush:
        out.append(db.query(Tag).filter_by(name="fresh").count())
    out.append(db.query(Tag).filter_by(name="fresh").count())
    author.name = "changed"
    out += [author in db.dirty, db.is_modified(author), inspect(author).persistent]
    db.flush()
    out.append(object_session(author) is not None)
    db.expunge_all()
    out += [author in db, db.query(Author).filter_by(name="changed").count()]
    return out
