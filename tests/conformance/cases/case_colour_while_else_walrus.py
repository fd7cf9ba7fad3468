"""Colour: while else walrus."""

from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    out, i = [], 0
    while (author := db.query(Author).filter(Author.id > i).order_by(Author.id).first()) is not None:
        i = author.id
        out.append(i)
    else:
        out.append("done")
    if (n := db.query(Author).count()) > 2:
        out.append(n)
    return out
