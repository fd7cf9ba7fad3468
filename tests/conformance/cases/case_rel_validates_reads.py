"""@validates reads another relationship when a child is put in."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, relationship, validates

from models import Base


class Box(Base):
    __tablename__ = "validates_boxes"
    id = Column(Integer, primary_key=True)
    size = Column(Integer)
    things = relationship("Thing", back_populates="box")

    @validates("things")
    def fits(self, key, thing):
        if len(self.things) >= self.size:
            raise ValueError("full")
        return thing


class Thing(Base):
    __tablename__ = "validates_things"
    id = Column(Integer, primary_key=True)
    box_id = Column(ForeignKey("validates_boxes.id"))
    box = relationship("Box", back_populates="things")


def case(db: Session):
    db.add(Box(id=1, size=2))
    db.commit()
    db.expunge_all()
    box = db.query(Box).one()
    out = []
    for _ in range(3):
        try:
            box.things.append(Thing())
            out.append("ok")
        except ValueError:
            out.append("full")
    return out
