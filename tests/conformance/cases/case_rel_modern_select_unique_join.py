"""select() with a joined eager load that is there; a nested one is missing below it."""
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Publisher


def case(db: Session):
    publishers = db.execute(select(Publisher).options(joinedload(Publisher.authors)).order_by(Publisher.id)).unique().scalars().all()
    return [[(a.name, [b.title for b in a.books]) for a in p.authors] for p in publishers]
