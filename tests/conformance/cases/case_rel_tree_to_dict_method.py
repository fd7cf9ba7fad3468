"""A tree walked by a method of the model, down, and up by a property."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Folder(Base):
    __tablename__ = "tree_folders"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    parent_id = Column(ForeignKey("tree_folders.id"))
    parent = relationship("Folder", remote_side=[id], back_populates="children")
    children = relationship("Folder", back_populates="parent", order_by="Folder.id")

    def to_dict(self):
        return {"name": self.name, "children": [child.to_dict() for child in self.children]}


def case(db: Session):
    db.add_all([Folder(id=1, name="a"), Folder(id=2, name="b", parent_id=1), Folder(id=3, name="c", parent_id=2),
                Folder(id=4, name="d", parent_id=1)])
    db.commit()
    db.expunge_all()
    return db.query(Folder).filter(Folder.parent_id.is_(None)).one().to_dict()
