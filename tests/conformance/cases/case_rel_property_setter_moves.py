"""A property setter of a model that appends to a collection; a getter that reads it."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Post(Base):
    __tablename__ = "setter_posts"
    id = Column(Integer, primary_key=True)
    labels = relationship("Label", order_by="Label.id", cascade="all, delete-orphan")

    @property
    def names(self):
        return [label.name for label in self.labels]

    @names.setter
    def names(self, names):
        self.labels = [Label(name=name) for name in names]


class Label(Base):
    __tablename__ = "setter_labels"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    post_id = Column(ForeignKey("setter_posts.id"))


def case(db: Session):
    db.add(Post(id=1, labels=[Label(name="a")]))
    db.commit()
    db.expunge_all()
    post = db.query(Post).one()
    post.names = ["b", "c"]
    db.commit()
    return post.names
