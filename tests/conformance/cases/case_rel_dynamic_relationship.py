"""A dynamic relationship: all, count, filter, first, iteration and append."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, relationship

from models import Base


class Owner(Base):
    __tablename__ = "dynamic_owners"
    id = Column(Integer, primary_key=True)
    pets = relationship("Pet", lazy="dynamic", back_populates="owner", order_by="Pet.id")


class Pet(Base):
    __tablename__ = "dynamic_pets"
    id = Column(Integer, primary_key=True)
    age = Column(Integer)
    owner_id = Column(ForeignKey("dynamic_owners.id"))
    owner = relationship("Owner", back_populates="pets")


def case(db: Session):
    owner = Owner(id=1)
    db.add(owner)
    owner.pets.append(Pet(id=1, age=3))
    owner.pets.append(Pet(id=2, age=9))
    db.commit()
    return [
        [p.age for p in owner.pets.all()],
        owner.pets.count(),
        [p.id for p in owner.pets.filter(Pet.age > 5)],
        owner.pets.order_by(Pet.age.desc()).first().id,
        [p.owner.id for p in owner.pets],
    ]
