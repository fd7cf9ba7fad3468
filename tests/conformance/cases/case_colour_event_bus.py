"""Colour: subscribers that query, published to in order."""

from sqlalchemy.orm import Session
from models import Author, Book


class Bus:
    def __init__(self):
        self.subscribers = {}

    def on(self, topic, handler):
        self.subscribers.setdefault(topic, []).append(handler)

    def publish(self, topic, *args):
        return [handler(*args) for handler in self.subscribers.get(topic, [])]


class Audit:
    def __init__(self, db: Session):
        self.db, self.seen = db, []

    def record(self, name):
        self.seen.append(name)
        return self.db.query(Author).filter(Author.name == name).count()


def case(db: Session):
    bus, audit = Bus(), Audit(db)
    bus.on("named", audit.record)
    bus.on("named", lambda name: db.query(Book).filter(Book.title.startswith(name[0])).count())
    return [bus.publish("named", "Ada"), bus.publish("other", 1), audit.seen]
