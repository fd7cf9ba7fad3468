"""A foreign key into the own table is set; the parent is read behind the commit, where refresh() by name loads nothing."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, relationship

from models import Base


class Folder(Base):
    __tablename__ = "tree_new_parent_folders"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("tree_new_parent_folders.id"))
    parent = relationship("Folder", remote_side="Folder.id")


def move(db: Session, key, target):
    folder = db.query(Folder).filter(Folder.id == key).one()
    folder.parent_id = target
    db.commit()
    return folder.parent.id if folder.parent else None


def case(db: Session):
    db.add_all([Folder(id=1), Folder(id=2)])
    db.flush()
    db.add(Folder(id=3, parent_id=1))
    db.commit()
    db.expunge_all()
    out = [move(db, 3, 2)]
    db.expunge_all()
    made = Folder(parent_id=2)
    db.add(made)
    db.flush()
    return out + [made.parent.id, move(db, 3, None)]
