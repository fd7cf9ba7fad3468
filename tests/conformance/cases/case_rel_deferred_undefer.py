"""Deferred columns: by mapping, by option, load_only, undefer."""
from sqlalchemy import Column, Integer, String, Text
from sqlalchemy.orm import Session, defer, deferred, load_only, undefer

from models import Base, Book


class Article(Base):
    __tablename__ = "deferred_articles"
    id = Column(Integer, primary_key=True)
    title = Column(String(20))
    body = deferred(Column(Text))
    notes = deferred(Column(Text))

    def summary(self):
        return self.title + ": " + (self.body or "")


def case(db: Session):
    db.add_all([Article(id=1, title="a", body="x", notes="n"), Article(id=2, title="b", body="y", notes="m")])
    db.commit()
    db.expunge_all()
    first = db.get(Article, 1)
    out = [first.summary()]
    out.append([a.notes for a in db.query(Article).options(undefer(Article.body)).order_by(Article.id)])
    books = db.query(Book).options(load_only(Book.id, Book.title)).order_by(Book.id).all()
    out.append([(b.title, b.price) for b in books])
    out.append([b.stock for b in db.query(Book).options(defer(Book.stock)).order_by(Book.id).all()])
    return out
