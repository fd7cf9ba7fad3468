"""An entity stored on a context object by one function and read by another, two calls away."""
from types import SimpleNamespace

from sqlalchemy.orm import Session

from models import Author


class Context:
    author = None


def authenticate(db: Session, context, ident):
    context.author = db.query(Author).filter(Author.id == ident).first()


def greet(context):
    return f"{context.author.name} of {context.author.publisher.name}"


def case(db: Session):
    context = Context()
    authenticate(db, context, 1)
    return greet(context)
