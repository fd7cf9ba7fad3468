"""run_in_executor inside async code that was there before."""
import asyncio

from sqlalchemy.orm import Session

from models import Author, Book, Event


def name(db: Session, key):
    return db.get(Author, key).name


async def main(db: Session):
    return await asyncio.to_thread(name, db, 1), name(db, 2)


def case(db: Session):
    return asyncio.run(main(db))
