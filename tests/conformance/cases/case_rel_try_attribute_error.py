"""author.publisher.name in a try that catches AttributeError for None."""
from sqlalchemy.orm import Session

from models import Author


def city(author):
    try:
        return author.publisher.city.upper()
    except AttributeError:
        return None


def case(db: Session):
    return [city(a) for a in db.query(Author).order_by(Author.id).all()]
