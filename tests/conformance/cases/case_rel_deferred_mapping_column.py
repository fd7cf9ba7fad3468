"""A column deferred by its mapping is read of a list and of get()."""
from sqlalchemy import Column, Integer, String, Text
from sqlalchemy.orm import Session, deferred

from models import Base


class Page(Base):
    __tablename__ = "deferred_pages"
    id = Column(Integer, primary_key=True)
    title = Column(String(20))
    body = deferred(Column(Text))


def case(db: Session):
    db.add_all([Page(id=1, title="a", body="x" * 3), Page(id=2, title="b", body="y")])
    db.commit()
    db.expunge_all()
    lengths = [len(p.body) for p in db.query(Page).order_by(Page.id).all()]
    titles = [p.title for p in db.query(Page).order_by(Page.id).all()]
    db.expunge_all()
    return [lengths, titles, db.get(Page, 2).body]
