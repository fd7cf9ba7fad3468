"""An async function there before, that calls helpers which query, and is run by asyncio.run."""
import asyncio

from sqlalchemy.orm import Session

from models import Author, Book, Event


def name(db: Session, key):
    return db.get(Author, key).name


async def names(db: Session, keys):
    out = []
    for key in keys:
        await asyncio.sleep(0)
        out.append(name(db, key))
    return out


def case(db: Session):
    return asyncio.run(names(db, [1, 2]))
