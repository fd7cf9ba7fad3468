"""Collections that are dictionaries and sets."""
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, attribute_keyed_dict, relationship

from models import Base


class Item(Base):
    __tablename__ = "keyed_items"
    id = Column(Integer, primary_key=True)
    notes = relationship("ItemNote", collection_class=attribute_keyed_dict("key"), cascade="all, delete-orphan")
    labels = relationship("ItemLabel", collection_class=set)


class ItemNote(Base):
    __tablename__ = "keyed_notes"
    id = Column(Integer, primary_key=True)
    item_id = Column(ForeignKey("keyed_items.id"))
    key = Column(String(10))
    text = Column(String(10))


class ItemLabel(Base):
    __tablename__ = "keyed_labels"
    id = Column(Integer, primary_key=True)
    item_id = Column(ForeignKey("keyed_items.id"))
    name = Column(String(10))


def case(db: Session):
    item = Item(id=1)
    item.notes["a"] = ItemNote(key="a", text="x")
    item.labels.add(ItemLabel(name="l"))
    db.add(item)
    db.commit()
    db.expunge_all()
    item = db.get(Item, 1)
    out = [item.notes["a"].text, sorted(item.notes), {l.name for l in item.labels}]
    item.notes["b"] = ItemNote(key="b", text="y")
    db.commit()
    item.labels.add(ItemLabel(name="m"))
    db.commit()
    out.append(sorted((k, n.text) for k, n in item.notes.items()))
    out.append(sorted(l.name for l in item.labels))
    del item.notes["a"]
    db.commit()
    out.append(db.query(ItemNote).count())
    return out
