"""Colour: a class that looks like a container, and is asked whether it is empty."""

from sqlalchemy.orm import Session
from models import Author


class Names:
    def __init__(self, db: Session, start=""):
        self.db, self.start = db, start

    def _query(self):
        return self.db.query(Author).filter(Author.name.startswith(self.start))

    def __len__(self):
        return self._query().count()

    def __iter__(self):
        for author in self._query().order_by(Author.id):
            yield author.name

    def __contains__(self, name):
        return self._query().filter(Author.name == name).count() > 0

    def __getitem__(self, ident):
        return self.db.get(Author, ident).name

    def __setitem__(self, ident, name):
        self.db.get(Author, ident).name = name
        self.db.flush()

    def __delitem__(self, ident):
        self.db.get(Author, ident).name = ""
        self.db.flush()


def describe(names: Names):
    if not names:
        return "none"
    return "many" if len(names) > 1 and "Ada" in names else "some"


def case(db: Session):
    everyone, none = Names(db), Names(db, "Q")
    out = [describe(everyone), describe(none), describe(Names(db, "B")), list(everyone), bool(none)]
    everyone[1] = everyone[2] + "x"
    del everyone[2]
    out += [list(everyone), everyone[1], len(everyone) + len(none), [n for n in ("Ada", "Bobx") if n not in everyone]]
    while none:
        out.append("never")
    return out
