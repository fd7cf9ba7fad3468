"""Savepoints in a loop, each with queries, some of which fail."""
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Tag


def ensure(db: Session, name: str):
    tag = db.query(Tag).filter_by(name=name).first()
    if tag:
        return tag, False
    try:
        with db.begin_nested():
            tag = Tag(name=name)
            db.add(tag)
    except IntegrityError:
        return db.query(Tag).filter(Tag.name == name).one(), False
    return tag, True


def import_all(db: Session, rows):
    created = failed = 0
    for row in rows:
        savepoint = db.begin_nested()
        try:
            db.add(Tag(id=row["id"], name=row["name"]))
            db.flush()
        except IntegrityError:
            savepoint.rollback()
            failed += 1
        else:
            savepoint.commit()
            created += 1
    db.commit()
    return created, failed


def case(db: Session):
    made = [ensure(db, name)[1] for name in ("math", "fire", "fire")]
    counts = import_all(db, [{"id": 70, "name": "air"}, {"id": 70, "name": "dup"}, {"id": 71, "name": "math"}])
    return made, counts, [name for name, in db.query(Tag.name).order_by(Tag.name)]
