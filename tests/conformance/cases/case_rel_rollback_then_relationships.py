"""After a rollback the caller goes on with the entity and its relationships."""
from sqlalchemy.orm import Session

from models import Author


def try_age(db: Session, author, age):
    try:
        author.age = age
        db.flush()
        if age < 0:
            raise ValueError(age)
        db.commit()
    except ValueError:
        db.rollback()
        return False
    return True


def case(db: Session):
    author = db.query(Author).filter(Author.id == 1).one()
    out = [try_age(db, author, -1), author.name, author.age, [b.title for b in author.books]]
    out += [try_age(db, author, 40), author.age, author.publisher.name]
    return out
