"""Joined inheritance: subclass columns and relationships of a query of the base, isinstance, sort keys."""
from sqlalchemy.orm import Session

from models import Editor, Publisher, Staff


def describe(person: Staff) -> str:
    if isinstance(person, Editor):
        return f"{person.name} at {person.desk} of {person.publisher.name if person.publisher else '-'}"
    return person.name


def case(db: Session):
    people = db.query(Staff).order_by(Staff.id).all()
    out = [describe(p) for p in people]
    out.append([getattr(p, "desk", None) for p in people])
    editor = db.query(Editor).order_by(Editor.id).first()
    out.append(editor.desk if editor else None)
    out.append([p.publisher.city for p in people if p.publisher is not None])
    return out
