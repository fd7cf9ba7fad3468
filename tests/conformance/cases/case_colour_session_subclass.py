"""A class of sessions that the program made: what it overrides runs below an AsyncSession."""
from sqlalchemy.orm import Session, sessionmaker

from models import Author


class Counting(Session):
    """Counts what is executed, and gives up a transaction that failed."""

    _seen = 0

    def _note(self, by=1):
        Counting._seen += by

    def execute(self, statement, params=None, **kw):
        self._note()
        try:
            return super().execute(statement, params, **kw)
        except Exception:
            self.rollback()
            raise

    def scalar(self, statement, params=None, **kw):
        self._note()
        return super().scalar(statement, params, **kw)

    def commit(self):
        self._note(100)
        super().commit()


def names(db: Counting, least: int):
    return [author.name for author in db.query(Author).filter(Author.id >= least).order_by(Author.id)]


def rename(db: Counting, name: str):
    author = db.query(Author).order_by(Author.id).first()
    author.name = name
    db.commit()


def case(db: Session):
    Counting._seen = 0
    make = sessionmaker(class_=Counting, bind=db.bind)
    with make() as own:
        found = names(own, 2)
        rename(own, "Zora")
    with Counting(db.bind) as own:
        first = own.get(Author, 1).name
    return found, first, Counting._seen
