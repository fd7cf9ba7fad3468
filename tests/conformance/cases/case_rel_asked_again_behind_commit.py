"""Behind a commit the same objects are asked for again, while variables still hold them with what was loaded before."""
from sqlalchemy.orm import Session

from models import Author, Book, Publisher, Review


def get_book(db: Session, book_id: int):
    return db.query(Book).filter(Book.id == book_id).first()


def review(db: Session, book_id: int, stars: int):
    book = get_book(db, book_id)
    if len(book.reviews) > 5:
        raise ValueError("enough of them")
    db.add(Review(stars=stars, book_id=book.id))
    db.commit()
    return get_book(db, book_id)


def hire(db: Session, name: str):
    houses = db.query(Publisher).order_by(Publisher.id).all()
    smallest = min(houses, key=lambda house: len(house.authors))
    db.add(Author(name=name, publisher_id=smallest.id))
    db.commit()
    return [[author.name for author in house.authors] for house in db.query(Publisher).order_by(Publisher.id)]


def withdraw(db: Session, book_id: int):
    book = get_book(db, book_id)
    before = len(book.author.books)
    db.delete(book)
    db.commit()
    author = db.query(Author).filter(Author.id == 1).one()
    return before, [one.title for one in author.books]


def deeper(db: Session):
    book = get_book(db, 3)
    out = [len(book.author.books)]
    db.add(Book(title="Late", author_id=book.author_id))
    db.commit()
    out.append(sorted(one.title for one in book.author.books))
    return out


def flushed(db: Session):
    seen = db.query(Author).order_by(Author.id).all()
    out = [[one.title for one in author.books] for author in seen]
    author = db.get(Author, 2)
    db.add(Book(title="Draft", author_id=2))
    db.flush()
    out.append([one.title for one in author.books])
    return out


def case(db: Session):
    out = [[one.stars for one in review(db, 1, 2).reviews]]
    out.append([one.stars for one in review(db, 1, 3).reviews])
    out.append(hire(db, "Eve"))
    out.append(withdraw(db, 1))
    out.append(deeper(db))
    out.append(flushed(db))
    db.rollback()
    return out
