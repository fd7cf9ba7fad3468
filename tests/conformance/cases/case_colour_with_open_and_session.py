"""Colour: with open and session."""

import io
from sqlalchemy.orm import Session
from models import Author


def case(db: Session):
    with io.StringIO() as buf:
        for a in db.query(Author).order_by(Author.id):
            buf.write(a.name + ";")
        return buf.getvalue()
