"""with db.begin_nested, commits in the middle, rollback to an earlier state, and flags of the session."""
from contextlib import contextmanager

from sqlalchemy.orm import Session

from models import Author, Book


@contextmanager
def atomic(db: Session):
    try:
        yield db
        db.commit()
    except Exception:
        db.rollback()
        raise


def rename(db, key, name):
    with atomic(db) as session:
        author = session.query(Author).filter(Author.id == key).one()
        author.name = name
        if not name:
            raise ValueError("a name is needed")
        return session.query(Author).filter(Author.name == name).count()


def case(db: Session):
    out = [rename(db, 1, "Zoe")]
    try:
        rename(db, 2, "")
    except ValueError as error:
        out.append(str(error))
    out.append(db.query(Author.name).filter(Author.id == 2).scalar())
    with db.begin_nested():
        db.query(Book).filter(Book.id == 1).update({"price": 99})
    sp = db.begin_nested()
    db.query(Book).filter(Book.id == 2).delete()
    sp.rollback()
    out.append([p for p, in db.query(Book.price).order_by(Book.id)])
    db.rollback()
    out.append(db.query(Book.price).filter_by(id=1).scalar())
    out.append((len(db.new), len(db.dirty), db.in_transaction()))
    return out
