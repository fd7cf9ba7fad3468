"""Colour: strategy objects."""

from sqlalchemy.orm import Session
from models import Author, Book


class Rule:
    def applies(self, db: Session, author) -> bool:
        raise NotImplementedError


class HasBooks(Rule):
    def applies(self, db, author):
        return db.query(Book).filter_by(author_id=author.id).count() > 0


class Adult(Rule):
    def applies(self, db, author):
        return (author.age or 0) > 40


RULES = [HasBooks(), Adult()]


def check(db: Session, author, rules=RULES):
    return all(rule.applies(db, author) for rule in rules)


def first_failing(db: Session, author):
    return next((type(r).__name__ for r in RULES if not r.applies(db, author)), None)


def case(db: Session):
    authors = db.query(Author).order_by(Author.id).all()
    return [[check(db, a) for a in authors], [first_failing(db, a) for a in authors]]
