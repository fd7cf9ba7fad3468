"""Two levels of a tree by name, also where rows hang below each other in a circle: no walk without end."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, relationship

from models import Base


class Place(Base):
    __tablename__ = "tree_levels_places"
    id = Column(Integer, primary_key=True)
    inside_id = Column(ForeignKey("tree_levels_places.id"))
    inside = relationship("Place", remote_side="Place.id", back_populates="parts", post_update=True)
    parts = relationship("Place", back_populates="inside", order_by="Place.id")


def case(db: Session):
    db.add_all([Place(id=1), Place(id=2), Place(id=3), Place(id=4)])
    db.flush()
    for key, outer in ((1, 2), (2, 1), (3, 1), (4, 3)):
        db.get(Place, key).inside_id = outer
    db.commit()
    db.expunge_all()
    up = [p.inside.inside.id for p in db.query(Place).order_by(Place.id).all()]
    db.expunge_all()
    down = db.query(Place).filter(Place.id == 2).one()
    return [up, [[q.id for q in p.parts] for p in down.parts]]
