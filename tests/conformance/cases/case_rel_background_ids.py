"""A queue of objects that a later function reads, after a commit."""
from collections import deque

from sqlalchemy.orm import Session

from models import Author, Book


class Queue:
    def __init__(self):
        self.items = deque()

    def put(self, item):
        self.items.append(item)

    def run(self, handler):
        return [handler(self.items.popleft()) for _ in range(len(self.items))]


def notify(book: Book):
    return f"{book.title} by {book.author.name if book.author else '?'}"


def case(db: Session):
    queue = Queue()
    for book in db.query(Book).order_by(Book.id):
        book.stock += 1
        queue.put(book)
    db.commit()
    return queue.run(notify)
