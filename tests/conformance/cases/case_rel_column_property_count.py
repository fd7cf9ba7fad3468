"""A column_property that counts, read after a change and a commit, and of a new object."""
from sqlalchemy import Column, ForeignKey, Integer, func, select
from sqlalchemy.orm import Session, column_property, relationship

from models import Base


class Leaf(Base):
    __tablename__ = "cp_leaves"
    id = Column(Integer, primary_key=True)
    tree_id = Column(ForeignKey("cp_trees.id"))


class Tree(Base):
    __tablename__ = "cp_trees"
    id = Column(Integer, primary_key=True)
    leaves = relationship("Leaf")
    leaf_count = column_property(select(func.count(Leaf.id)).where(Leaf.tree_id == id).correlate_except(Leaf).scalar_subquery())


def case(db: Session):
    tree = Tree(id=1, leaves=[Leaf(), Leaf()])
    db.add(tree)
    db.commit()
    out = [tree.leaf_count]
    tree.leaves.append(Leaf())
    db.commit()
    out.append(tree.leaf_count)
    db.add(Leaf(tree_id=1))
    db.flush()
    db.refresh(tree)
    out.append(tree.leaf_count)
    out.append([t.leaf_count for t in db.query(Tree)])
    return out
