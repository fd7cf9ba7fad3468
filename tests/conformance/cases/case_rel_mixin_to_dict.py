"""A mixin's to_dict with constant relationship names given by each model's class attribute."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Serialisable:
    def to_dict(self):
        return {"id": self.id, "rooms": [room.as_row() for room in self.rooms]}


class House(Serialisable, Base):
    __tablename__ = "mixin_houses"
    id = Column(Integer, primary_key=True)
    rooms = relationship("Room", back_populates="house", order_by="Room.id")


class Room(Base):
    __tablename__ = "mixin_rooms"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    house_id = Column(ForeignKey("mixin_houses.id"))
    house = relationship("House", back_populates="rooms")

    def as_row(self):
        return (self.name, self.house.id)


def case(db: Session):
    db.add(House(id=1, rooms=[Room(id=1, name="hall"), Room(id=2, name="attic")]))
    db.commit()
    db.expunge_all()
    return [house.to_dict() for house in db.query(House).all()]
