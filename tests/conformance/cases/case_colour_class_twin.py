"""A service that holds its session, made by a thread and by the code around it; its base and its repository follow."""
import threading

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from models import Author, Base


class Authors:
    def __init__(self, session: Session):
        self.session = session

    def add(self, name: str) -> Author:
        author = Author(name=name)
        self.session.add(author)
        self.session.flush()
        return author

    def names(self) -> list[str]:
        return [name for (name,) in self.session.query(Author.name).order_by(Author.name)]


class Service:
    """Base of what both sides make."""

    seen: list[str] = []

    def __init__(self, session: Session):
        self.session = session
        self.authors = Authors(session)

    def note(self, text: str) -> str:
        self.seen.append(text)
        return text.upper()

    def finish(self) -> None:
        self.session.rollback()


class Register(Service):
    def register(self, name: str) -> list[str]:
        self.authors.add(self.note(name))
        return self.authors.names()

    def has(self, name: str) -> bool:
        return self.session.query(Author).filter(Author.name == name).count() > 0


def describe(service: Service) -> str:
    kind = "register" if isinstance(service, Register) else "service"
    return f"{kind} {len(service.seen)}"


def in_thread(out):
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        register = Register(session)
        out.append(register.register("thread"))
        out.append(register.has("THREAD"))
        out.append(describe(register))
        register.finish()


def case(db: Session):
    out = []
    thread = threading.Thread(target=in_thread, args=(out,))
    thread.start()
    thread.join()
    register = Register(db)
    before = len(register.authors.names())
    after = register.register("case")
    found = register.has("CASE"), register.has("nobody")
    text = describe(register)
    register.finish()
    return [out, len(after) - before, found, text, Service.seen == Register.seen, len(register.authors.names())]
