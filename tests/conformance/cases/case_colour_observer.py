"""An event bus: handlers in a list, called in a loop; some query, some do not."""
from sqlalchemy.orm import Session

from models import Author, Book, Event


class Bus:
    def __init__(self):
        self.handlers = []

    def subscribe(self, handler):
        self.handlers.append(handler)

    def publish(self, value):
        return [handler(value) for handler in self.handlers]


def case(db: Session):
    def name_of(key):
        return db.get(Author, key).name

    def double(key):
        return key * 2

    bus = Bus()
    bus.subscribe(name_of)
    bus.subscribe(double)
    bus.subscribe(lambda key: db.query(Book).filter(Book.author_id == key).count())
    return bus.publish(1), bus.publish(2)
