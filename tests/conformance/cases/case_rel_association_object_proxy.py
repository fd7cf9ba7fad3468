"""An association proxy through an association object, two steps."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import Session, relationship

from models import Base


class Member(Base):
    __tablename__ = "proxy_members"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    seats = relationship("Seat", back_populates="member", order_by="Seat.id")
    teams = association_proxy("seats", "team")
    roles = association_proxy("seats", "role")


class Team(Base):
    __tablename__ = "proxy_teams"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))


class Seat(Base):
    __tablename__ = "proxy_seats"
    id = Column(Integer, primary_key=True)
    role = Column(String(20))
    member_id = Column(ForeignKey("proxy_members.id"))
    team_id = Column(ForeignKey("proxy_teams.id"))
    member = relationship("Member", back_populates="seats")
    team = relationship("Team")


def case(db: Session):
    red = Team(id=1, name="red")
    db.add(Member(id=1, name="ann", seats=[Seat(role="lead", team=red), Seat(role="cook", team=Team(id=2, name="blue"))]))
    db.commit()
    db.expunge_all()
    member = db.query(Member).one()
    return [[team.name for team in member.teams], list(member.roles)]
