"""Mapped[] annotations: list, set, Optional; no type is named in relationship()."""
from typing import List, Optional, Set

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import Base


class Club(Base):
    __tablename__ = "mapped_clubs"
    id: Mapped[int] = mapped_column(primary_key=True)
    players: Mapped[List["Player"]] = relationship(back_populates="club", order_by="Player.id")
    fans: Mapped[Set["Fan"]] = relationship()


class Player(Base):
    __tablename__ = "mapped_players"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[Optional[int]] = mapped_column(ForeignKey("mapped_clubs.id"))
    club: Mapped[Optional["Club"]] = relationship(back_populates="players")


class Fan(Base):
    __tablename__ = "mapped_fans"
    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(ForeignKey("mapped_clubs.id"))


def case(db: Session):
    db.add(Club(id=1, players=[Player(id=1), Player(id=2)], fans={Fan(id=1)}))
    db.add(Player(id=3))
    db.commit()
    db.expunge_all()
    players = db.query(Player).order_by(Player.id).all()
    out = [(p.id, p.club and len(p.club.fans)) for p in players]
    db.expunge_all()
    return out, [[p.id for p in c.players] for c in db.query(Club)]
