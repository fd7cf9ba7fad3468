"""Queries: staff and editors."""
from sqlalchemy.orm import Session, with_polymorphic
from models import Editor, Publisher, Staff


def case(db: Session):
    every = with_polymorphic(Staff, [Editor])
    return [
        [type(s).__name__ for s in db.query(Staff).order_by(Staff.id)],
        [e.desk for e in db.query(Editor).filter(Editor.desk.like("m%"))],
        db.query(Staff).filter(Staff.kind == "editor").one().name,
        [s.name for s in db.query(Staff).join(Publisher).filter(Publisher.city == "Rome")],
        [s.id for s in db.query(every).filter(every.Editor.desk == "maths")],
        db.query(Editor.name, Editor.desk).first()._asdict(),
        db.query(Staff).get(1).desk,
    ]
