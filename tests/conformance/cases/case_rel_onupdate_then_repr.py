"""A column that the database makes at UPDATE, printed by __repr__ through an f-string."""
from sqlalchemy import Column, DateTime, Integer, String, func
from sqlalchemy.orm import Session

from models import Base


class Note(Base):
    __tablename__ = "stamped_notes"
    id = Column(Integer, primary_key=True)
    text = Column(String(20))
    changed = Column(Integer, server_default="1", onupdate=func.length("abc"))

    def __repr__(self):
        return f"Note({self.text}, {self.changed})"


def rename(db: Session, note_id: int, text: str):
    note = db.query(Note).get(note_id)
    note.text = text
    db.commit()
    return note


def case(db: Session):
    db.add(Note(id=1, text="a"))
    db.commit()
    note = rename(db, 1, "b")
    out = [f"{note}", str(note)]
    note.text = "c"
    db.flush()
    out.append(repr(note))
    return out
