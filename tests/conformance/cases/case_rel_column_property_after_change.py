"""A column_property is read after the query, after a flush and after a commit."""
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import Session, column_property

from models import Base


class Person(Base):
    __tablename__ = "property_people"
    id = Column(Integer, primary_key=True)
    first = Column(String(20))
    last = Column(String(20))
    full = column_property(first + " " + last)


def case(db: Session):
    person = Person(id=1, first="A", last="B")
    db.add(person)
    db.flush()
    out = [person.full]
    person.first = "C"
    db.commit()
    return out + [person.full]
