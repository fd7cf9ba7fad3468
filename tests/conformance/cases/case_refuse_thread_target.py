"""Stays synchronous: thread target."""

import threading
from sqlalchemy.orm import Session
from models import Event

EXPECT = "refuse"


def work(session: Session):
    session.query(Event).count()


def case(db: Session):
    t = threading.Thread(target=work, args=(db,))
    t.start()
    t.join()
    return 1
