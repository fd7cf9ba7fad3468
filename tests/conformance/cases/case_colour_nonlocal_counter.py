"""Colour: inner functions that change a variable of the outer one."""

from sqlalchemy.orm import Session
from models import Author, Book


def counter(db: Session):
    seen = 0

    def step(name):
        nonlocal seen
        seen += db.query(Author).filter(Author.name == name).count()
        return seen

    def reset():
        nonlocal seen
        seen = 0

    return step, reset


def case(db: Session):
    step, reset = counter(db)
    out = [step("Ada"), step("Bob"), step("none")]
    reset()
    return out + [step("Ada")]
