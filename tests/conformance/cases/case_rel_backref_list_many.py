"""backref on many-to-many, read from both sides after appends."""
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Session, relationship

from models import Base

pairs = Table("bm_pairs", Base.metadata, Column("a_id", ForeignKey("bm_as.id"), primary_key=True),
              Column("b_id", ForeignKey("bm_bs.id"), primary_key=True))


class A(Base):
    __tablename__ = "bm_as"
    id = Column(Integer, primary_key=True)
    bs = relationship("B", secondary=pairs, backref="as_", order_by="B.id")


class B(Base):
    __tablename__ = "bm_bs"
    id = Column(Integer, primary_key=True)


def case(db: Session):
    db.add_all([A(id=1, bs=[B(id=1), B(id=2)]), A(id=2)])
    db.commit()
    b = db.get(B, 1)
    out = [[a.id for a in b.as_]]
    b.as_.append(db.get(A, 2))
    db.commit()
    out.append(sorted(a.id for a in b.as_))
    out.append([[x.id for x in a.bs] for a in db.query(A).order_by(A.id)])
    db.get(A, 1).bs.clear()
    db.commit()
    out.append(sorted(a.id for a in b.as_))
    return out
