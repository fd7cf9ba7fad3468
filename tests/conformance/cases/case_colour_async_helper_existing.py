"""Colour: async helper existing."""

import asyncio
from sqlalchemy.orm import Session
from models import Author


async def notify(name):
    await asyncio.sleep(0)
    return name.upper()


def find(db: Session, ident):
    return db.query(Author).get(ident)


def case(db: Session):
    return find(db, 1).name
