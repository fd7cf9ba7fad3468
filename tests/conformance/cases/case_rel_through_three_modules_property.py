"""A property that reads a relationship that a method of another class reads."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Company(Base):
    __tablename__ = "tm_companies"
    id = Column(Integer, primary_key=True)
    name = Column(String(10))
    units = relationship("Unit", back_populates="company", order_by="Unit.id")

    def headcount(self):
        return sum(unit.size for unit in self.units)


class Unit(Base):
    __tablename__ = "tm_units"
    id = Column(Integer, primary_key=True)
    company_id = Column(ForeignKey("tm_companies.id"))
    company = relationship("Company", back_populates="units")
    workers = relationship("Worker", back_populates="unit", order_by="Worker.id")

    @property
    def size(self):
        return len(self.workers)


class Worker(Base):
    __tablename__ = "tm_workers"
    id = Column(Integer, primary_key=True)
    unit_id = Column(ForeignKey("tm_units.id"))
    unit = relationship("Unit", back_populates="workers")

    def colleagues(self):
        return [w.id for w in self.unit.workers if w is not self]

    @property
    def employer(self):
        return self.unit.company.name


class Report:
    def __init__(self, company):
        self.company = company

    def line(self):
        return f"{self.company.name}: {self.company.headcount()}"


def load(db: Session, key):
    return Report(db.query(Company).filter(Company.id == key).one())


def case(db: Session):
    db.add(Company(id=1, name="c", units=[Unit(id=1, workers=[Worker(id=1), Worker(id=2)]), Unit(id=2, workers=[Worker(id=3)])]))
    db.commit()
    db.expunge_all()
    worker = db.get(Worker, 1)
    return load(db, 1).line(), worker.colleagues(), worker.employer
