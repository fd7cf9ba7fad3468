"""Relationships whose mapping says joined, selectin, raise and the default."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, relationship

from models import Base


class Hub(Base):
    __tablename__ = "lazy_hubs"
    id = Column(Integer, primary_key=True)
    joined = relationship("Spoke", lazy="joined", foreign_keys="Spoke.joined_id", order_by="Spoke.id")
    selectin = relationship("Spoke", lazy="selectin", foreign_keys="Spoke.selectin_id", order_by="Spoke.id")
    plain = relationship("Spoke", foreign_keys="Spoke.plain_id", order_by="Spoke.id")


class Spoke(Base):
    __tablename__ = "lazy_spokes"
    id = Column(Integer, primary_key=True)
    joined_id = Column(ForeignKey("lazy_hubs.id"))
    selectin_id = Column(ForeignKey("lazy_hubs.id"))
    plain_id = Column(ForeignKey("lazy_hubs.id"))
    hub = relationship("Hub", foreign_keys=[plain_id], viewonly=True)


def case(db: Session):
    db.add_all([Hub(id=1), Hub(id=2)])
    db.flush()
    db.add_all([Spoke(id=1, joined_id=1), Spoke(id=2, selectin_id=1), Spoke(id=3, plain_id=1), Spoke(id=4, plain_id=2)])
    db.commit()
    db.expunge_all()
    hubs = db.query(Hub).order_by(Hub.id).all()
    out = [([s.id for s in h.joined], [s.id for s in h.selectin], [s.id for s in h.plain]) for h in hubs]
    db.expunge_all()
    return out, [s.hub.id for s in db.query(Spoke).filter(Spoke.plain_id.isnot(None)).order_by(Spoke.id)]
