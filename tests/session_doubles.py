#!/usr/bin/env python3
"""The module that tests with mocked sessions get: statements are answered as query() was told.

Closing line: `N passed, N failed`. Exit status: 0 all passed, 1 some failed.
"""
import asyncio
import pathlib
import sys
import traceback
from unittest.mock import MagicMock

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "rewriters" / "manifests" / "python"))
from session_doubles import answering  # noqa: E402


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Role(Base):
    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)


ADA, ADMIN = User(name="Ada"), Role()
BY_NAME = select(User).where(User.name == "Ada")


async def one_object(db):
    db.query.return_value.filter.return_value.first.return_value = ADA
    assert await db.scalar(BY_NAME.limit(1)) is ADA
    assert (await db.scalars(BY_NAME)).one_or_none() is ADA
    assert (await db.execute(BY_NAME)).unique().scalar_one_or_none() is ADA
    db.query.assert_called_with(User)


async def by_what_is_selected(db):
    db.query.return_value.filter.return_value.first.return_value = ADA
    db.query.return_value.filter_by.return_value.first.return_value = ADMIN
    assert await db.scalar(BY_NAME) is ADA
    assert await db.scalar(select(Role).filter_by(id=1)) is ADMIN


async def of_another_class(db):
    db.query.return_value.filter.return_value.first.return_value = ADMIN
    assert isinstance(await db.scalar(BY_NAME), MagicMock)


async def by_clauses(db):
    db.query.return_value.filter.return_value.all.return_value = [1]
    db.query.return_value.join.return_value.filter.return_value.all.return_value = [2]
    db.query.return_value.order_by.return_value.all.return_value = [3]
    assert (await db.execute(select(User.id).where(User.id == 1))).all() == [1]
    assert (await db.execute(select(User.id).join(Role, Role.id == User.id).where(User.id == 1))).all() == [2]
    assert list(await db.execute(select(User.id).order_by(User.id))) == [3]


async def counts_and_rows(db):
    query = db.query.return_value
    query.all.return_value, query.count.return_value = [ADA], 7
    query.filter.return_value.update.return_value, query.filter.return_value.delete.return_value = 2, 3
    assert (await db.scalars(select(User))).all() == [ADA]
    assert await db.scalar(select(func.count()).select_from(User)) == 7
    assert (await db.execute(update(User).where(User.id == 1).values(name="Bob"))).rowcount == 2
    assert (await db.execute(delete(User).where(User.id == 1))).rowcount == 3


async def through_variables(db):
    query = MagicMock()
    query.filter.return_value = query
    query.order_by.return_value = query
    query.all.return_value = [ADA]
    db.query.return_value = query
    assert (await db.scalars(BY_NAME.order_by(User.id))).all() == [ADA]


async def one_after_the_other(db):
    first, second = MagicMock(), MagicMock()
    first.filter.return_value.first.return_value = None
    second.filter.return_value.first.return_value = ADA
    db.query.side_effect = [first, second]
    assert await db.scalar(BY_NAME) is None
    assert await db.scalar(BY_NAME) is ADA


async def several_answers(db):
    db.query.return_value.filter.return_value.first.side_effect = [None, ADA]
    assert await db.scalar(BY_NAME) is None
    assert await db.scalar(BY_NAME) is ADA


async def gets(db):
    assert isinstance(await db.get(User, 1), MagicMock)
    db.get.return_value = ADA
    assert await db.get(User, 1) is ADA
    db.query.return_value.get.return_value = None
    assert await db.get(User, 1) is None
    db.get.side_effect = lambda entity, key, options=None: key
    assert await db.get(User, 5) == 5


async def clauses_that_nobody_spoke_of(db):
    db.query.return_value.filter.return_value.offset.return_value.all.return_value = [ADA]
    assert list(await db.scalars(BY_NAME)) == []
    assert (await db.scalars(BY_NAME.offset(1))).all() == [ADA]


async def queries_and_statements(db):
    db.query.return_value.filter.return_value.first.side_effect = [ADA]
    db.execute.return_value.scalar_one_or_none.return_value = "admin"
    db.execute.return_value.fetchall.return_value = [1]
    assert (await db.execute(select(Base.metadata.tables["roles"].c.id))).scalar_one_or_none() == "admin"
    assert (await db.execute(text("SELECT 1"))).fetchall() == [1]
    assert await db.scalar(BY_NAME) is ADA


async def answers_of_two_chains_in_turn(db):
    db.query().filter().first.side_effect = [ADA, ADMIN]
    db.query().filter_by().first.side_effect = [None, ADMIN]
    assert await db.scalar(BY_NAME) is ADA
    assert await db.scalar(select(Role).where(Role.id == 1)) is ADMIN
    assert await db.scalar(BY_NAME) is None


async def told_of_statements(db):
    db.execute.return_value.scalars.return_value.all.return_value = [ADA]
    assert (await db.execute(text("SELECT 1"))).scalars().all() == [ADA]
    assert await db.scalar(BY_NAME) is not None
    db.add(ADA)
    await db.commit()
    db.commit.assert_awaited_once()


CASES = (one_object, by_what_is_selected, of_another_class, by_clauses, counts_and_rows, through_variables,
         one_after_the_other, several_answers, gets, told_of_statements, clauses_that_nobody_spoke_of,
         queries_and_statements, answers_of_two_chains_in_turn)


def main():
    failed = 0
    for case in CASES:
        try:
            asyncio.run(case(answering(MagicMock(spec=AsyncSession))))
        except Exception:
            failed += 1
            print(f"FAIL {case.__name__}: {traceback.format_exc()}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
