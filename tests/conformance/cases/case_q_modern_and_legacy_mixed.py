"""select() and query() in one function, each feeding the other."""
from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from models import Author, Book, Tag


def base(live=True):
    stmt = select(Book).order_by(Book.id)
    return stmt.where(Book.status == "live") if live else stmt


def case(db: Session):
    ids = db.query(Book.id).filter(Book.price > 15)
    stmt = base().where(Book.id.in_(ids))
    sub = base(False).subquery()
    db.execute(insert(Tag).values(name="new"))
    db.execute(update(Book).where(Book.id == 5).values(title="Kept"))
    db.execute(delete(Tag).where(Tag.id == 3, ~exists().where(Tag.id == 99)))
    return [
        [b.id for b in db.scalars(stmt)], db.query(sub).count(), db.query(func.max(sub.c.price)).scalar(),
        [b.id for b in db.execute(base(False).limit(2)).scalars().all()], db.query(Book).filter(Book.id.in_(select(sub.c.id).where(sub.c.price < 16))).count(),
        [t for t, in db.execute(select(Tag.name).order_by(Tag.id))], db.query(Tag).count(), db.scalar(select(func.count()).select_from(Book)),
        [len(a.books) for a in db.scalars(select(Author).options(selectinload(Author.books)).order_by(Author.id)).unique()],
        db.query(Author).from_statement(select(Author).order_by(Author.id.desc())).first().id,
        db.get(Book, 5).title, db.execute(select(Book.id, Book.title).where(Book.id == 1)).one().title,
    ]
