"""A function list that runs later, as background tasks do, with entities as arguments."""
from sqlalchemy.orm import Session

from models import Author


class Tasks:
    def __init__(self):
        self.calls = []

    def add_task(self, function, *args):
        self.calls.append((function, args))

    def run(self):
        return [function(*args) for function, args in self.calls]


def mail(author, subject):
    return f"{subject} to {author.name} at {author.publisher.name}"


def case(db: Session):
    tasks = Tasks()
    author = db.query(Author).filter(Author.id == 1).one()
    tasks.add_task(mail, author, "hello")
    return tasks.run()
