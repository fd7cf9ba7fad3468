"""Colour: namedtuple holder."""

from typing import NamedTuple
from sqlalchemy.orm import Session
from models import Author


class Ctx(NamedTuple):
    db: Session
    name: str


def lookup(ctx: Ctx):
    return ctx.db.query(Author).filter(Author.name == ctx.name).count()


def case(db: Session):
    return [lookup(Ctx(db, "Ada")), lookup(Ctx(name="Bob", db=db))]
