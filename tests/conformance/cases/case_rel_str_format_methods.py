"""str(), f-string, %s and format() of a model whose __str__ reads."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, relationship

from models import Base


class Town(Base):
    __tablename__ = "str_towns"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))


class Street(Base):
    __tablename__ = "str_streets"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    town_id = Column(ForeignKey("str_towns.id"))
    town = relationship("Town")

    def __str__(self):
        return f"{self.name}, {self.town.name}"


def fresh(db: Session):
    db.expunge_all()
    return db.query(Street).one()


def case(db: Session):
    db.add(Street(id=1, name="Elm", town=Town(id=1, name="Ham")))
    db.commit()
    return [str(fresh(db)), f"{fresh(db)}", "%s" % fresh(db), "{}".format(fresh(db)), ", ".join(str(s) for s in [fresh(db)])]
