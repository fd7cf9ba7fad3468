"""Commands with execute() and undo(), run by an invoker."""
from abc import ABC, abstractmethod

from sqlalchemy.orm import Session

from models import Author, Book, Event


class Command(ABC):
    @abstractmethod
    def execute(self): ...

    def undo(self):
        return None


class Rename(Command):
    def __init__(self, db: Session, key, name):
        self.db, self.key, self.name = db, key, name

    def execute(self):
        author = self.db.get(Author, self.key)
        self.before, author.name = author.name, self.name
        self.db.flush()
        return self.before

    def undo(self):
        self.db.get(Author, self.key).name = self.before
        self.db.flush()
        return self.before


class Nothing(Command):
    def execute(self):
        return "nothing"


class Invoker:
    def __init__(self):
        self.done = []

    def run(self, command: Command):
        result = command.execute()
        self.done.append(command)
        return result

    def back(self):
        return [command.undo() for command in reversed(self.done)]


def case(db: Session):
    invoker = Invoker()
    out = [invoker.run(Rename(db, 1, "Zed")), invoker.run(Nothing()), db.get(Author, 1).name]
    return out, invoker.back(), db.get(Author, 1).name
