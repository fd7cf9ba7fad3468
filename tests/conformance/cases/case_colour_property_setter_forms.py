"""Colour: setters and deleters that write, and setters that do not beside getters that do."""

from sqlalchemy.orm import Session
from models import Author, Book


class Editor:
    def __init__(self, db: Session, ident):
        self.db, self.ident, self.log = db, ident, []

    @property
    def name(self):
        return self.db.query(Author.name).filter(Author.id == self.ident).scalar()

    @name.setter
    def name(self, value):
        self.log.append(value)
        self.db.query(Author).filter(Author.id == self.ident).update({"name": value})

    @name.deleter
    def name(self):
        self.db.query(Author).filter(Author.id == self.ident).update({"name": "?"})

    @property
    def limit(self):
        return getattr(self, "_limit", None) or self.db.query(Book).count()

    @limit.setter
    def limit(self, value):
        self._limit = value

    def rename(self, new):
        self.name = new
        return self


class Loud(Editor):
    @property
    def name(self):
        return super().name.upper()

    @name.setter
    def name(self, value):
        self.log.append("loud")
        self.db.query(Author).filter(Author.id == self.ident).update({"name": value + "!"})


def case(db: Session):
    e = Editor(db, 1)
    out = [e.name]
    e.name = "Ann"
    out.append(e.name)
    e.name += "a"
    out.append(e.name)
    out.append(e.rename("Zoe").name)
    del e.name
    out.append(e.name)
    out.append(e.limit)
    e.limit = 5
    out.append(e.limit)
    loud = Loud(db, 2)
    loud.name = "b"
    out += [loud.name, loud.log, e.log]
    return out
