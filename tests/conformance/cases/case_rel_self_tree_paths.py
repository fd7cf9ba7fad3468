"""Trees: up to the root with a loop, down by recursion, depth by property."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Folder(Base):
    __tablename__ = "path_folders"
    id = Column(Integer, primary_key=True)
    name = Column(String(10))
    parent_id = Column(ForeignKey("path_folders.id"))
    parent = relationship("Folder", remote_side=[id], back_populates="children")
    children = relationship("Folder", back_populates="parent", order_by="Folder.id")

    @property
    def path(self):
        return (self.parent.path if self.parent else "") + "/" + self.name


def size(folder):
    return 1 + sum(size(child) for child in folder.children)


def case(db: Session):
    db.add_all([Folder(id=1, name="a"), Folder(id=2, name="b", parent_id=1), Folder(id=3, name="c", parent_id=2),
                Folder(id=4, name="d", parent_id=3), Folder(id=5, name="e", parent_id=1)])
    db.commit()
    db.expunge_all()
    leaf = db.get(Folder, 4)
    out = [leaf.path]
    names, at = [], db.query(Folder).filter_by(name="d").one()
    while at is not None:
        names.append(at.name)
        at = at.parent
    out.append(names)
    out.append(size(db.get(Folder, 1)))
    out.append([f.path for f in db.query(Folder).order_by(Folder.id)])
    return out
