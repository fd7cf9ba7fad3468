// Mapped classes as the pass "models" reads them. What SQLAlchemy 2.0 itself says of the same
// declarations (mapper.relationships, direction, uselist, column types) is what is expected here.
#include "tests/unit/python_models.h"

namespace sqlawait {

TEST(Models, PrintsClassicDeclarations) {
    const Models models(R"py(
from sqlalchemy import Column, Integer, String, ForeignKey
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import relationship
Base = declarative_base()
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    email = Column(String(50), unique=True, nullable=False)
    posts = relationship("Post", back_populates="author", cascade="all, delete-orphan", lazy="selectin")
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    author_id = Column("user_id", ForeignKey("users.id"))
    author = relationship(User, back_populates="posts")
)py");
    EXPECT_EQ(models.printed(), R"(base m.py:4:8
model m.User (users)
  column id: Integer primary-key
  column email: String unique
  relationship posts: list of m.Post, one-to-many, lazy selectin, other side author, cascade 'all, delete-orphan'
model m.Post (posts)
  column id: Integer primary-key
  column author_id: Integer nullable -> users.id as user_id
  relationship author: one m.User, many-to-one, other side posts
)");
}

TEST(Models, PrintsMappedAnnotations) {
    const Models models(with(modern, R"py(
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    nick: Mapped["str | None"]
    posts: Mapped[List["Post"]] = relationship(back_populates="author")
    labels: Mapped[Dict[str, "Post"]] = relationship(viewonly=True)
    profile: "Mapped[Optional[Profile]]" = relationship(back_populates="user")
class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped["User"] = relationship(back_populates="posts")
class Profile(Base):
    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    user: Mapped[User] = relationship(back_populates="profile")
)py"));
    EXPECT_EQ(models.of("m.User"), R"(model m.User (users)
column id: Integer primary-key
column name: String nullable
column nick: String nullable
relationship posts: list of m.Post, one-to-many, other side author
relationship labels: dict of m.Post, one-to-many, viewonly
relationship profile: one m.Profile, one-to-many, other side user
)");
    EXPECT_LINE(models, "m.Profile", "column id: Integer primary-key -> users.id");
    EXPECT_LINE(models, "m.Profile", "relationship user: one m.User, many-to-one, other side profile");
}

TEST(Models, BackReferencesMakeTheOtherSide) {
    const Models models(with(modern, R"py(
tagging = Table("tagging", Base.metadata, Column("a", ForeignKey("posts.id")), Column("b", ForeignKey("tags.id")))
class Post(Base):
    __tablename__ = "posts"
    id = Column(String, primary_key=True)
    tags = relationship("Tag", secondary=tagging, backref="posts")
    comments = relationship("Comment", backref=backref("post", lazy="joined"))
    note = relationship("Note", backref=backref("post", uselist=False), uselist=False)
class Tag(Base):
    __tablename__ = "tags"
    id = Column(String, primary_key=True)
class Comment(Base):
    __tablename__ = "comments"
    id = Column(String, primary_key=True)
    post_id = Column(ForeignKey("posts.id"))
class Note(Base):
    __tablename__ = "notes"
    id = Column(String, primary_key=True)
    post_id = Column(ForeignKey("posts.id"))
)py"));
    EXPECT_LINE(models, "m.Post", "relationship tags: list of m.Tag, many-to-many, other side posts");
    EXPECT_LINE(models, "m.Tag", "relationship posts: list of m.Post, many-to-many, backref of tags");
    EXPECT_LINE(models, "m.Comment", "relationship post: one m.Post, many-to-one, lazy joined, backref of comments");
    EXPECT_LINE(models, "m.Note", "relationship post: one m.Post, many-to-one, backref of note");
}

TEST(Models, SelfReferencesFollowRemoteSide) {
    const Models models(with(modern, R"py(
from sqlalchemy import Integer, ForeignKeyConstraint
from sqlalchemy.orm import foreign, remote
class Node(Base):
    __tablename__ = "nodes"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("nodes.id"))
    children = relationship("Node", backref=backref("parent", remote_side=[id]))
    up = relationship("Node", remote_side="Node.id", viewonly=True)
    down = relationship("Node", remote_side=[parent_id], viewonly=True)
    annotated = relationship("Node", primaryjoin="foreign(Node.parent_id) == remote(Node.id)", viewonly=True)
class Folder(Base):
    __tablename__ = "folders"
    account = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)
    above = Column(Integer)
    __table_args__ = (ForeignKeyConstraint(["account", "above"], ["folders.account", "folders.number"]),)
    parent = relationship("Folder", remote_side=[account, number])
class Bare(Base):
    __tablename__ = "bare"
    id = Column(Integer, primary_key=True)
    other = Column(Integer)
    replied = relationship("Bare", primaryjoin=lambda: foreign(Bare.other) == remote(Bare.id))
    replies = relationship("Bare", primaryjoin="remote(foreign(Bare.other)) == Bare.id", viewonly=True)
)py"));
    EXPECT_LINE(models, "m.Node", "relationship children: list of m.Node, one-to-many, other side parent");
    EXPECT_LINE(models, "m.Node", "relationship parent: one m.Node, many-to-one, backref of children");
    EXPECT_LINE(models, "m.Node", "relationship up: one m.Node, many-to-one, viewonly");
    EXPECT_LINE(models, "m.Node", "relationship down: list of m.Node, one-to-many, viewonly");
    EXPECT_LINE(models, "m.Node", "relationship annotated: one m.Node, many-to-one, viewonly");
    EXPECT_LINE(models, "m.Folder", "relationship parent: one m.Folder, many-to-one");
    EXPECT_LINE(models, "m.Bare", "relationship replied: one m.Bare, many-to-one");
    EXPECT_LINE(models, "m.Bare", "relationship replies: list of m.Bare, one-to-many, viewonly");
}

TEST(Models, SeveralForeignKeysAreToldApart) {
    const Models models(with(modern, R"py(
from sqlalchemy import Integer
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    favourite_id = Column(ForeignKey("posts.id"))
    written = relationship("Post", foreign_keys="Post.author_id")
    edited = relationship("Post", foreign_keys="[Post.editor_id]")
    recent = relationship("Post", primaryjoin="and_(User.id == Post.author_id, Post.title == 'User.favourite_id')")
    favourite = relationship("Post", foreign_keys=[favourite_id])
    loved = relationship("Post", primaryjoin="User.favourite_id == Post.id", viewonly=True)
    unclear = relationship("Post")
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    author_id = Column(ForeignKey("users.id"))
    editor_id = Column(ForeignKey("users.id"))
    author = relationship(User, foreign_keys=author_id)
    editor = relationship(User, foreign_keys=lambda: Post.editor_id)
)py"));
    EXPECT_LINE(models, "m.User", "relationship written: list of m.Post, one-to-many");
    EXPECT_LINE(models, "m.User", "relationship edited: list of m.Post, one-to-many");
    EXPECT_LINE(models, "m.User", "relationship recent: list of m.Post, one-to-many");
    EXPECT_LINE(models, "m.User", "relationship favourite: one m.Post, many-to-one");
    EXPECT_LINE(models, "m.User", "relationship loved: one m.Post, many-to-one, viewonly");
    EXPECT_LINE(models, "m.User", "relationship unclear: one or many m.Post, unknown");
    EXPECT_LINE(models, "m.Post", "relationship author: one m.User, many-to-one");
    EXPECT_LINE(models, "m.Post", "relationship editor: one m.User, many-to-one");
}

TEST(Models, TheOtherSideProvesWhatTheKeysDoNot) {
    const Models models(with(modern, R"py(
from app.reflected import keys
class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    players: Mapped[List["Player"]] = relationship(back_populates="team")
    staff = relationship("Staff", back_populates="team")
class Player(Base):
    __tablename__ = "players"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id = Column(keys.team)
    team = relationship("Team", back_populates="players")
class Staff(Base):
    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(primary_key=True)
    team = relationship("Team", back_populates="staff")
)py"));
    EXPECT_LINE(models, "m.Player", "relationship team: one m.Team, many-to-one, other side players");
    EXPECT_LINE(models, "m.Staff", "relationship team: one or many m.Team, unknown, other side staff");
}

TEST(Models, Inheritance) {
    const Models models(with(modern, R"py(
class Employee(Base):
    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    company_id = Column(ForeignKey("companies.id"))
    company = relationship("Company", back_populates="employees")
    __mapper_args__ = {"polymorphic_on": "kind"}
class Manager(Employee):
    __tablename__ = "managers"
    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    engineers = relationship("Engineer", back_populates="manager", foreign_keys="Engineer.manager_id")
class Engineer(Employee):
    __tablename__ = "engineers"
    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    manager_id = Column(ForeignKey("managers.id"))
    manager = relationship(Manager, back_populates="engineers", foreign_keys=[manager_id])
class Intern(Employee):
    school: Mapped[Optional[str]]
class Company(Base):
    __tablename__ = "companies"
    id: Mapped[int] = mapped_column(primary_key=True)
    employees = relationship(Employee, back_populates="company")
    managers = relationship("Manager", viewonly=True)
)py"));
    EXPECT_EQ(models.of("m.Engineer"), R"(model m.Engineer (engineers) polymorphic
column id: Integer primary-key -> employees.id
column manager_id: Integer nullable -> managers.id
column kind: String (inherited)
column company_id: Integer nullable -> companies.id (inherited)
relationship manager: one m.Manager, many-to-one, other side engineers
relationship company: one m.Company, many-to-one, other side employees (inherited)
)");
    EXPECT_LINE(models, "m.Manager", "relationship engineers: list of m.Engineer, one-to-many, other side manager");
    EXPECT_LINE(models, "m.Intern", "model m.Intern (employees) polymorphic");
    EXPECT_LINE(models, "m.Company", "relationship managers: list of m.Manager, one-to-many, viewonly");
}

TEST(Models, MixinsAndDeclaredAttributes) {
    const Models models(with(modern, R"py(
from sqlalchemy import DateTime
from sqlalchemy.orm import declared_attr
def stamp(**options):
    return Column(DateTime, server_default=func.now(), **options)
class Stamped:
    created = stamp()
    updated = Column(DateTime, onupdate=func.now())
class Owned:
    @declared_attr
    def owner_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("users.id"))
    @declared_attr
    def owner(cls) -> Mapped["User"]:
        return relationship("User", foreign_keys=[cls.owner_id])
class Named:
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return f"app_{cls.__name__.lower()}" + "s"
class Abstract(Base):
    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
class User(Stamped, Abstract):
    __tablename__ = "users"
    updated = None
class Post(Owned, Named, Abstract):
    pass
class Special(Post):
    pass
)py"));
    EXPECT_LINE(models, "m.Stamped", "abstract m.Stamped");
    EXPECT_LINE(models, "m.User", "column created: DateTime nullable server-default (inherited)");
    EXPECT_FALSE(llvm::StringRef(models.of("m.User")).contains("updated")) << "the class hides the mixin's column";
    EXPECT_LINE(models, "m.Post", "model m.Post (app_posts)");
    EXPECT_LINE(models, "m.Post", "relationship owner: one m.User, many-to-one");
    EXPECT_LINE(models, "m.Special", "model m.Special (app_specials)");
    EXPECT_LINE(models, "m.Special", "relationship owner: one m.User, many-to-one (inherited)");
}

TEST(Models, ColumnDetails) {
    const Models models(R"py(
from datetime import datetime
from functools import partial
import sqlalchemy as sa
from sqlalchemy import JSON, ARRAY, Column, Computed, Identity, Index, Integer, String, Text, TypeDecorator, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import as_declarative, column_property, deferred
NotNull = partial(Column, nullable=False)
class Upper(TypeDecorator):
    impl = JSON
name_type = String(20)
@as_declarative()
class Base:
    id = Column(Integer, Identity(), primary_key=True)
class T(Base):
    __tablename__ = "t"
    email = Column("mail", String)
    pair_a = sa.Column(sa.Integer)
    code = Column(name_type, index=True)
    prefs = Column(MutableDict.as_mutable(JSONB), server_default=text("'{}'"))
    variant = Column(JSON().with_variant(JSONB(), "postgresql"))
    numbers = Column(ARRAY(Integer))
    tuples = Column(ARRAY(Integer, as_tuple=True))
    decorated = Column(Upper)
    amount = NotNull(Integer, default=0)
    loose = NotNull(Integer, nullable=True)
    changed = Column(sa.DateTime, onupdate=datetime.utcnow)
    expires = Column(sa.DateTime, onupdate=func.now())
    twice = Column(Integer, Computed("amount * 2"))
    body = deferred(Column(Text))
    shout = column_property(func.upper(email))
    renamed = column_property(Column("other", String))
    # Column("not one")
    __table_args__ = (UniqueConstraint("mail"), UniqueConstraint("pair_a", "code"), Index("ix", "code", unique=True),
                      Index("px", "pair_a", unique=True, postgresql_where=text("x")), {"schema": "s"})
)py");
    EXPECT_EQ(models.of("m.T"), R"(model m.T (s.t)
column email: String unique nullable as mail
column pair_a: Integer nullable
column code: String unique nullable
column prefs: JSONB nullable server-default unhashable
column variant: JSON nullable unhashable
column numbers: ARRAY nullable unhashable
column tuples: ARRAY nullable
column decorated: Upper nullable
column amount: Integer default
column loose: Integer nullable
column changed: DateTime nullable onupdate
column expires: DateTime nullable onupdate-sql
column twice: Integer nullable server-default onupdate-sql
column body: Text nullable deferred
column shout: ? nullable expression
column renamed: String nullable as other
column id: Integer primary-key server-default (inherited)
)");
}

TEST(Models, AnnotatedAliases) {
    const Models models(with(modern, R"py(
intpk = Annotated[int, mapped_column(primary_key=True)]
short = Annotated[str, mapped_column(String(30), unique=True)]
class T(Base):
    __tablename__ = "t"
    id: Mapped[intpk]
    name: Mapped[Optional[short]]
    free: Mapped[short] = mapped_column(unique=False)
    data: Mapped[dict[str, Any]]
    inline: Mapped[Annotated[int, "meta"]]
)py"));
    EXPECT_EQ(models.of("m.T"), R"(model m.T (t)
column id: Integer primary-key
column name: String unique nullable
column free: String
column data: dict unhashable
column inline: Integer
)");
}

TEST(Models, NamesComeFromAnywhere) {
    const Models models({{"app/__init__.py", ""},
                         {"app/db.py", "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"},
                         {"app/a.py", R"py(
from typing import TYPE_CHECKING
from sqlalchemy import Column, Integer
from sqlalchemy.orm import Mapped, relationship
from app import db
if TYPE_CHECKING:
    from app.b import Thing as TheThing
def later():
    from app.b import Thing
    return Thing
class Owner(db.Base):
    __tablename__ = "owners"
    id = Column(Integer, primary_key=True)
    by_path = relationship("app.b.Thing")
    by_end = relationship("b.Thing", viewonly=True)
    by_function = relationship(later, viewonly=True)
    by_keyword = relationship(argument=lambda: later(), viewonly=True)
    by_alias: Mapped[list["TheThing"]] = relationship("app.b.Thing", viewonly=True)
    ambiguous = relationship("Thing", viewonly=True)
    nowhere = relationship("Missing")
)py"},
                         {"app/b.py", R"py(
from sqlalchemy import Column, ForeignKey, Integer
from app.db import Base as B
class Thing(B):
    __tablename__ = "things"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("owners.id"))
)py"},
                         {"app/c.py", R"py(
from sqlalchemy import Column, Integer
from app.db import Base
class Thing(Base):
    __tablename__ = "others"
    id = Column(Integer, primary_key=True)
)py"}});
    EXPECT_LINE(models, "app.a.Owner", "relationship by_path: list of app.b.Thing, one-to-many");
    EXPECT_LINE(models, "app.a.Owner", "relationship by_end: list of app.b.Thing, one-to-many, viewonly");
    EXPECT_LINE(models, "app.a.Owner", "relationship by_function: list of app.b.Thing, one-to-many, viewonly");
    EXPECT_LINE(models, "app.a.Owner", "relationship by_alias: list of app.b.Thing, one-to-many, viewonly");
    EXPECT_LINE(models, "app.a.Owner", "relationship ambiguous: one or many unknown 'Thing', unknown, viewonly");
    EXPECT_LINE(models, "app.a.Owner", "relationship nowhere: one or many unknown 'Missing', unknown");
}

TEST(Models, TwoBasesAreTwoRegistries) {
    const Models models(R"py(
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
One = declarative_base()
Two = declarative_base()
class A(One):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)
    b_id = Column(ForeignKey("b.id"))
    b = relationship("B")
def of_one():
    class B(One):
        __tablename__ = "b"
        id = Column(Integer, primary_key=True)
    return B
class B(Two):
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)
)py");
    EXPECT_LINE(models, "m.A", "relationship b: one m.of_one.<locals>.B, many-to-one");
}

} // namespace sqlawait
