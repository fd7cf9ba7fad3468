"""Colour: async helper run by asyncio.run inside of synchronous code."""

import asyncio

from sqlalchemy.orm import Session
from models import Author, Book


async def label(db: Session, ident):
    await asyncio.sleep(0)
    return db.get(Author, ident).name


def labels(db: Session, idents):
    return [asyncio.run(label(db, i)) for i in idents]


def case(db: Session):
    return labels(db, [1, 2])
