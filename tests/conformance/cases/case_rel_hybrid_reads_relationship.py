"""A hybrid property and a method of a model, which read relationships, and a property that uses them."""
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Session, relationship

from models import Base


class Cart(Base):
    __tablename__ = "hybrid_carts"
    id = Column(Integer, primary_key=True)
    lines = relationship("Line", back_populates="cart")

    @hybrid_property
    def total(self):
        return sum(line.amount for line in self.lines)

    @hybrid_method
    def over(self, limit):
        return self.total > limit

    @property
    def label(self):
        return f"{self.id}:{self.total}"


class Line(Base):
    __tablename__ = "hybrid_lines"
    id = Column(Integer, primary_key=True)
    amount = Column(Integer)
    cart_id = Column(ForeignKey("hybrid_carts.id"))
    cart = relationship("Cart", back_populates="lines")


def case(db: Session):
    db.add_all([Cart(id=1, lines=[Line(amount=3), Line(amount=4)]), Cart(id=2)])
    db.commit()
    db.expunge_all()
    carts = db.query(Cart).order_by(Cart.id).all()
    return [(c.label, c.over(5)) for c in carts]
