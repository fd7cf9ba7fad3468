"""Dynamic relationships: stored, filtered, counted, sliced, handed on, many-to-many, with reads of what they give."""
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Session, relationship

from models import Base

marks = Table("dq_marks", Base.metadata, Column("post_id", ForeignKey("dq_posts.id"), primary_key=True),
              Column("label_id", ForeignKey("dq_labels.id"), primary_key=True))


class Blog(Base):
    __tablename__ = "dq_blogs"
    id = Column(Integer, primary_key=True)
    posts = relationship("Post", lazy="dynamic", back_populates="blog", order_by="Post.id.desc()")


class Post(Base):
    __tablename__ = "dq_posts"
    id = Column(Integer, primary_key=True)
    title = Column(String(20))
    score = Column(Integer, default=0)
    blog_id = Column(ForeignKey("dq_blogs.id"))
    blog = relationship("Blog", back_populates="posts")
    labels = relationship("Label", secondary=marks, lazy="dynamic", back_populates="posts")


class Label(Base):
    __tablename__ = "dq_labels"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    posts = relationship("Post", secondary=marks, back_populates="labels", order_by="Post.id")


def page(query, number, size=2):
    return query.offset((number - 1) * size).limit(size).all()


def search(db: Session, blog: Blog, title=None, least=0):
    query = blog.posts
    if title:
        query = query.filter_by(title=title)
    if least:
        query = query.filter(Post.score >= least)
    return [p.id for p in query]


def case(db: Session):
    blog = Blog(id=1)
    db.add(blog)
    blog.posts.append(Post(id=1, title="a", score=1))
    blog.posts.extend([Post(id=2, title="b", score=5), Post(id=3, title="a", score=9)])
    db.commit()
    labels = [Label(id=1, name="x"), Label(id=2, name="y")]
    db.get(Post, 1).labels.append(labels[0])
    db.get(Post, 3).labels.extend(labels)
    db.commit()
    db.expunge_all()
    blog = db.get(Blog, 1)
    out = [search(db, blog), search(db, blog, "a"), search(db, blog, "a", 5)]
    out.append([p.id for p in page(blog.posts, 2)])
    out.append([p.id for p in page(blog.posts.filter(Post.score > 1), 1)])
    out.append(blog.posts.filter(Post.score > 1).count())
    out.append(blog.posts.filter_by(title="none").first())
    out.append([p.id for p in blog.posts[0:2]])
    post = blog.posts.order_by(None).order_by(Post.id).first()
    out.append([label.name for label in post.labels])
    out.append([[p.title for p in label.posts] for label in blog.posts.first().labels.order_by(Label.name)])
    blog.posts.remove(post)
    db.commit()
    out.append(blog.posts.count())
    return out
