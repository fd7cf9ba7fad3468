"""An association object between two classes, walked from both sides, grouped."""
from itertools import groupby

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import Session, relationship

from models import Base


class Member(Base):
    __tablename__ = "ao_members"
    id = Column(Integer, primary_key=True)
    name = Column(String(10))
    roles = relationship("Membership", back_populates="member", order_by="Membership.id")
    teams = association_proxy("roles", "team")


class Team(Base):
    __tablename__ = "ao_teams"
    id = Column(Integer, primary_key=True)
    name = Column(String(10))
    roles = relationship("Membership", back_populates="team", order_by="Membership.id")


class Membership(Base):
    __tablename__ = "ao_memberships"
    id = Column(Integer, primary_key=True)
    member_id = Column(ForeignKey("ao_members.id"))
    team_id = Column(ForeignKey("ao_teams.id"))
    role = Column(String(10))
    member = relationship("Member", back_populates="roles")
    team = relationship("Team", back_populates="roles")


def case(db: Session):
    a, b = Member(id=1, name="a"), Member(id=2, name="b")
    x, y = Team(id=1, name="x"), Team(id=2, name="y")
    db.add_all([Membership(member=a, team=x, role="lead"), Membership(member=b, team=x, role="dev"),
                Membership(member=a, team=y, role="dev")])
    db.commit()
    db.expunge_all()
    members = db.query(Member).order_by(Member.id).all()
    out = [[t.name for t in m.teams] for m in members]
    rows = db.query(Membership).order_by(Membership.id).all()
    rows.sort(key=lambda r: (r.team.name, r.member.name))
    out.append([(k, [r.member.name for r in g]) for k, g in groupby(rows, key=lambda r: r.team.name)])
    team = db.query(Team).filter(Team.name == "x").one()
    out.append({r.role: r.member.name for r in team.roles})
    return out
