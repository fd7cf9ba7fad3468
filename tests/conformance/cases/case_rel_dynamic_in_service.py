"""A service that holds the session and asks dynamic relationships of what it is given."""
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DynamicMapped, Mapped, Session, mapped_column, relationship

from models import Base


class Account(Base):
    __tablename__ = "ds_accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    entries: DynamicMapped["Entry"] = relationship(cascade="all, delete-orphan", order_by="Entry.id")


class Entry(Base):
    __tablename__ = "ds_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("ds_accounts.id"))
    account: Mapped[Account] = relationship(overlaps="entries")


class Accounts:
    def __init__(self, db: Session):
        self.db = db

    def balance(self, account: Account) -> int:
        return sum(e.amount for e in account.entries)

    def last(self, account: Account):
        return account.entries.order_by(None).order_by(Entry.id.desc()).first()

    def has(self, account: Account, amount: int) -> bool:
        return account.entries.filter(Entry.amount == amount).first() is not None


def case(db: Session):
    account = Account(id=1)
    db.add(account)
    for amount in (5, 7, -2):
        account.entries.add(Entry(amount=amount))
    db.commit()
    service = Accounts(db)
    last = service.last(account)
    return service.balance(account), last.amount, last.account.id, service.has(account, 7), service.has(account, 8)
