"""Colour: constructors that query, in a family of classes."""

from sqlalchemy.orm import Session
from models import Author, Book


class Base:
    def __init__(self, db: Session, name):
        """Look the author up."""
        self.db = db
        self.author = db.query(Author).filter(Author.name == name).first()
        if self.author is None:
            self.titles = []
            return
        self.titles = [b.title for b in db.query(Book).filter(Book.author_id == self.author.id).order_by(Book.id)]

    @classmethod
    def of(cls, db: Session, name):
        return cls(db, name)

    def size(self):
        return len(self.titles)


class Shouting(Base):
    def __init__(self, db: Session, name, mark="!"):
        super().__init__(db, name)
        self.titles = [t.upper() + mark for t in self.titles]


class Quiet(Base):
    pass


class Plain:
    def __init__(self, db: Session):
        self.db = db
        self.kind = "plain"


class Counting(Plain):
    def __init__(self, db: Session):
        super().__init__(db)
        self.total = self.db.query(Author).count()


def case(db: Session):
    made = [Base(db, "Ada"), Shouting(db, "Ada", mark="?"), Quiet.of(db, "Bob"), Shouting.of(db, "nobody")]
    counting = Counting(db)
    return [
        [m.titles for m in made],
        sum(m.size() for m in made),
        [type(m).__name__ for m in made],
        isinstance(made[1], Base),
        counting.total,
        counting.kind,
        Plain(db).kind,
        Base(db, "Bob").titles,
    ]
