"""A worklist of entities in a deque; what is appended is read through the relationship of what was taken."""
from collections import deque

from sqlalchemy.orm import Session

from models import Publisher


def case(db: Session):
    queue = deque([db.query(Publisher).filter(Publisher.id == 1).one()])
    seen = []
    while queue:
        item = queue.popleft()
        seen.append(item.name if hasattr(item, "name") else item.title)
        if isinstance(item, Publisher):
            queue.extend(item.authors)
    return seen
