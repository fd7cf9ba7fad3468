"""A parent goes: children are set free, deleted by cascade or by the database."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, relationship

from models import Base


class Root(Base):
    __tablename__ = "dp_roots"
    id = Column(Integer, primary_key=True)
    loose = relationship("Loose", back_populates="root")
    owned = relationship("Owned", cascade="all, delete-orphan", back_populates="root")


class Loose(Base):
    __tablename__ = "dp_loose"
    id = Column(Integer, primary_key=True)
    root_id = Column(ForeignKey("dp_roots.id"))
    root = relationship("Root", back_populates="loose")


class Owned(Base):
    __tablename__ = "dp_owned"
    id = Column(Integer, primary_key=True)
    root_id = Column(ForeignKey("dp_roots.id"))
    root = relationship("Root", back_populates="owned")


def case(db: Session):
    db.add(Root(id=1, loose=[Loose(id=1)], owned=[Owned(id=1), Owned(id=2)]))
    db.commit()
    child = db.get(Loose, 1)
    before = child.root.id
    root = db.get(Root, 1)
    db.delete(root)
    db.commit()
    return before, child.root_id, child.root, db.query(Owned).count()
