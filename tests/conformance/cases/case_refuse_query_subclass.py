"""A Query class of the program's own, given to one query."""
from sqlalchemy.orm import Query, Session

from models import Book

EXPECT = "refuse"


class BookQuery(Query):
    def live(self):
        return self.filter(Book.status == "live")

    def cheaper_than(self, price):
        return self.filter(Book.price < price)


def case(db: Session):
    books = BookQuery([Book], session=db)
    return [
        [b.id for b in books.live().order_by(Book.id)],
        books.live().cheaper_than(25).count(),
        books.cheaper_than(1).first(),
    ]
