"""Hybrids that read relationships on the instance."""
from sqlalchemy import Column, ForeignKey, Integer, func, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Session, relationship

from models import Base


class Cart(Base):
    __tablename__ = "hy_carts"
    id = Column(Integer, primary_key=True)
    lines = relationship("Line", back_populates="cart", order_by="Line.id")

    @hybrid_property
    def total(self):
        return sum(line.price for line in self.lines)

    @total.expression
    def total(cls):
        return select(func.sum(Line.price)).where(Line.cart_id == cls.id).scalar_subquery()


class Line(Base):
    __tablename__ = "hy_lines"
    id = Column(Integer, primary_key=True)
    price = Column(Integer)
    cart_id = Column(ForeignKey("hy_carts.id"))
    cart = relationship("Cart", back_populates="lines")


def case(db: Session):
    db.add_all([Cart(id=1, lines=[Line(price=2), Line(price=3)]), Cart(id=2, lines=[Line(price=9)])])
    db.commit()
    db.expunge_all()
    carts = db.query(Cart).filter(Cart.total > 1).order_by(Cart.id).all()
    out = [c.total for c in carts]
    carts[0].lines.append(Line(price=10))
    db.commit()
    out.append(carts[0].total)
    out.append(db.query(Cart).order_by(Cart.total.desc()).first().total)
    return out
