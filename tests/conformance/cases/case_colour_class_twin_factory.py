"""A class with a classmethod that makes it, a static method, a property and a context manager, for a thread and for
the code around it; names in quotes."""
import threading

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from models import Author, Base


class Unit:
    def __init__(self, session: Session, prefix: str = ""):
        self._session = session
        self._prefix = prefix

    @classmethod
    def prefixed(cls, session: Session, prefix: str) -> "Unit":
        return cls(session, prefix)

    @staticmethod
    def clean(name: str) -> str:
        return name.strip()

    @property
    def total(self) -> int:
        return self._session.query(Author).count()

    def __enter__(self) -> "Unit":
        return self

    def __exit__(self, *error) -> None:
        self._session.rollback()

    def add(self, *names: str) -> "Unit":
        for name in names:
            self._session.add(Author(name=self._prefix + self.clean(name)))
        self._session.flush()
        return self


def unit_of(session: Session, prefix: "str | None" = None) -> "Unit":
    return Unit.prefixed(session, prefix) if prefix else Unit(session)


def in_thread(out):
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        with unit_of(session, "t:") as unit:
            unit.add(" one ", "two")
            out.append(unit.total)
        out.append(session.scalar(select(func.count()).select_from(Author)))


def case(db: Session):
    out = []
    thread = threading.Thread(target=in_thread, args=(out,))
    thread.start()
    thread.join()
    with unit_of(db) as unit:
        before = unit.total
        unit.add("three")
        out.append(unit.total - before)
    with unit_of(db, "x") as unit:
        out.append(unit.total - before)
    return out
