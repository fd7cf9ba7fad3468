"""__eq__ and __lt__ of a model read a relationship; sorted() and == call them."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Rank(Base):
    __tablename__ = "eq_ranks"
    id = Column(Integer, primary_key=True)
    weight = Column(Integer)


class Soldier(Base):
    __tablename__ = "eq_soldiers"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    rank_id = Column(ForeignKey("eq_ranks.id"))
    rank = relationship("Rank")

    def __lt__(self, other):
        return self.rank.weight < other.rank.weight


def case(db: Session):
    ranks = [Rank(id=1, weight=9), Rank(id=2, weight=1)]
    db.add_all(ranks + [Soldier(id=1, name="a", rank_id=1), Soldier(id=2, name="b", rank_id=2)])
    db.commit()
    db.expunge_all()
    return [s.name for s in sorted(db.query(Soldier).all())]
