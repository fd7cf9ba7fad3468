"""A column with onupdate=func... read after the commit; the repository refreshes nothing."""
from sqlalchemy import Column, Integer, String, func
from sqlalchemy.orm import Session

from models import Base


class Note(Base):
    __tablename__ = "onupdate_notes"
    id = Column(Integer, primary_key=True)
    text = Column(String(20))
    size = Column(Integer, server_default="0", onupdate=func.length("abcd"))


def rename(db: Session, ident, text):
    note = db.query(Note).filter(Note.id == ident).first()
    note.text = text
    db.commit()
    return note


def case(db: Session):
    db.add(Note(id=1, text="x"))
    db.commit()
    note = rename(db, 1, "y")
    return [note.text, note.size]
