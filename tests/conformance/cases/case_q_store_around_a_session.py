"""Helper methods beside the session: a wrapper that has one."""
from sqlalchemy.orm import Session

from models import Author, Book


class Store:
    def __init__(self, session: Session):
        self.session = session

    def of(self, model):
        return self.session.query(model)

    def find(self, model, **kw):
        return self.of(model).filter_by(**kw)

    def find_one(self, model, **kw):
        return self.find(model, **kw).one_or_none()

    def exists(self, model, *criteria):
        return self.session.query(self.of(model).filter(*criteria).exists()).scalar()

    def delete_where(self, model, *criteria):
        return self.of(model).filter(*criteria).delete(synchronize_session=False)


def case(db: Session):
    store = Store(db)
    return [
        store.find(Book, status="live").count(),
        store.find_one(Author, email="bob@x.org").name,
        store.find_one(Author, email="nobody"),
        store.exists(Book, Book.price > 25),
        store.exists(Book, Book.price > 25, Book.stock > 100),
        store.delete_where(Book, Book.id == 5),
        [tuple(r) for r in store.session.query(Book.id, Book.title).order_by(Book.id.desc()).limit(2)],
    ]
