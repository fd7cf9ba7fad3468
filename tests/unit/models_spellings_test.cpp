// The other ways to declare a mapped class: libraries, imperative and dataclass mappings, bases in
// odd places; and the small parsers of texts that SQLAlchemy evaluates itself.
#include "analysis/models/column_mentions.h"
#include "analysis/models/type_text.h"
#include "tests/unit/python_models.h"

namespace sqlawait {

TEST(Models, FlaskSqlalchemy) {
    const Models models({{"ext.py", "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"}, {"m.py", R"py(
from ext import db
class TimestampMixin(object):
    created = db.Column(db.DateTime, default=db.func.now(), onupdate=db.func.now())
class Role(db.Model):
    id = db.Column(db.Integer, primary_key=True)
links = db.Table("links", db.Column("u", db.ForeignKey("user_account.id")), db.Column("r", db.ForeignKey("role.id")))
class UserAccount(TimestampMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    roles = db.relationship("Role", secondary=links, backref=db.backref("users", lazy="dynamic"))
    posts = db.relationship("BlogPost", backref="author", lazy="dynamic")
class BlogPost(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user_account.id"), nullable=False)
class Special(UserAccount):
    pass
class Base(db.Model):
    __abstract__ = True
class HTTPLog(Base):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.ForeignKey(UserAccount.id))
    user = db.relationship(UserAccount)
)py"}});
    EXPECT_LINE(models, "m.UserAccount", "model m.UserAccount (user_account)");
    EXPECT_LINE(models, "m.UserAccount", "column created: DateTime nullable default onupdate-sql (inherited)");
    EXPECT_LINE(models, "m.UserAccount",
                "relationship posts: list of m.BlogPost, one-to-many, lazy dynamic, other side author");
    EXPECT_LINE(models, "m.Role",
                "relationship users: list of m.UserAccount, many-to-many, lazy dynamic, backref of roles");
    EXPECT_LINE(models, "m.BlogPost", "relationship author: one m.UserAccount, many-to-one, backref of posts");
    EXPECT_LINE(models, "m.Special", "model m.Special (user_account)");
    EXPECT_LINE(models, "m.HTTPLog", "model m.HTTPLog (http_log)");
    EXPECT_LINE(models, "m.HTTPLog", "relationship user: one m.UserAccount, many-to-one");
}

TEST(Models, SqlModel) {
    const Models models(R"py(
from typing import List, Optional, ClassVar
from sqlalchemy import JSON, Column, func
from sqlmodel import Field, Relationship, SQLModel
class Link(SQLModel, table=True):
    team_id: Optional[int] = Field(default=None, foreign_key="team.id", primary_key=True)
    hero_id: Optional[int] = Field(default=None, foreign_key="hero.id", primary_key=True)
class TeamBase(SQLModel):
    registry_name: ClassVar[str] = "x"
    name: str = Field(unique=True)
class Team(TeamBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    heroes: List["Hero"] = Relationship(back_populates="teams", link_model=Link)
    captain_id: int | None = Field(default=None, foreign_key="hero.id")
    captain: Optional["Hero"] = Relationship(sa_relationship_kwargs={"lazy": "joined", "foreign_keys": "Team.captain_id"})
class TeamPublic(TeamBase):
    id: int
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    secret: str = "?"
    data: dict = Field(default_factory=dict, sa_column=Column(JSON))
    at: str = Field(sa_column_kwargs={"onupdate": func.now(), "server_default": func.now()})
    teams: list[Team] = Relationship(back_populates="heroes", link_model=Link)
)py");
    EXPECT_EQ(models.of("m.Team"), R"(model m.Team (team) sqlmodel
column id: Integer primary-key
column captain_id: Integer nullable -> hero.id
column name: String unique (inherited)
relationship heroes: list of m.Hero, many-to-many, other side teams
relationship captain: one m.Hero, many-to-one, lazy joined
)");
    EXPECT_EQ(models.of("m.Hero"), R"(model m.Hero (hero) sqlmodel
column id: Integer primary-key
column secret: String default
column data: JSON nullable unhashable
column at: String server-default onupdate-sql
relationship teams: list of m.Team, many-to-many, other side heroes
)");
    EXPECT_LINE(models, "m.TeamBase", "abstract m.TeamBase sqlmodel");
    EXPECT_EQ(models.of("m.TeamPublic"), "") << "a schema is no model";
}

TEST(Models, ImperativeAndDataclassMappings) {
    const Models models(R"py(
from dataclasses import dataclass, field
from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import registry, relationship
mapper_registry = registry()
users = Table("users", mapper_registry.metadata, Column("id", Integer, primary_key=True),
              Column("user_name", String(50), unique=True, key="name"))
addresses = Table("addresses", mapper_registry.metadata, Column("id", Integer, primary_key=True),
                  Column("user_id", ForeignKey("users.id")))
class User: pass
class Address: pass
def start_mappers():
    mapper_registry.map_imperatively(User, users, properties={"addresses": relationship(Address, backref="user")})
    mapper_registry.map_imperatively(Address, addresses)
@mapper_registry.mapped
@dataclass
class Item:
    __table__ = Table("items", mapper_registry.metadata, Column("id", Integer, primary_key=True),
                      Column("user_id", ForeignKey(users.c.id)))
    __mapper_args__ = {"properties": {"owner": relationship(User)}}
    user_id: int = None
@mapper_registry.mapped
@dataclass
class Note:
    __tablename__ = "notes"
    __sa_dataclass_metadata_key__ = "sa"
    id: int = field(init=False, metadata={"sa": Column(Integer, primary_key=True)})
    item_id: int = field(default=None, metadata={"sa": Column(ForeignKey("items.id"))})
    item: Item = field(default=None, metadata={"sa": relationship(Item)})
Base = mapper_registry.generate_base()
class Last(Base):
    __tablename__ = "lasts"
    id = Column(Integer, primary_key=True)
    a = b = Column(Integer)
class Plain:
    pass
)py");
    EXPECT_LINE(models, "m.User", "column name: String unique nullable as user_name");
    EXPECT_LINE(models, "m.User", "relationship addresses: list of m.Address, one-to-many, other side user");
    EXPECT_LINE(models, "m.Address", "relationship user: one m.User, many-to-one, backref of addresses");
    EXPECT_LINE(models, "m.Item", "column user_id: Integer nullable -> users.id");
    EXPECT_LINE(models, "m.Item", "relationship owner: one m.User, many-to-one");
    EXPECT_LINE(models, "m.Note", "column id: Integer primary-key");
    EXPECT_LINE(models, "m.Note", "relationship item: one m.Item, many-to-one");
    EXPECT_LINE(models, "m.Last", "column b: Integer nullable");
    EXPECT_EQ(models.of("m.Plain"), "");
}

TEST(Models, PropertiesProxiesAndSynonyms) {
    const Models models(with(modern, R"py(
from functools import cached_property
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import synonym
class T(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    links = relationship("Link")
    names: AssociationProxy[List[str]] = association_proxy("links", "name")
    number = synonym("id")
    @hybrid_property
    def shown(self): return self.id
    @shown.setter
    def shown(self, value): self.id = value
    @shown.expression
    def shown(cls): return cls.id
    @property
    def plain(self): return 1
    @cached_property
    def kept(self): return 1
    def method(self): return 1
class Link(Base):
    __tablename__ = "links"
    id: Mapped[int] = mapped_column(primary_key=True)
    t_id = Column(ForeignKey("t.id"))
    name: Mapped[str]
)py"));
    EXPECT_LINE(models, "m.T", "property names: proxy of links.name");
    EXPECT_LINE(models, "m.T", "property number: synonym of id");
    EXPECT_LINE(models, "m.T", "property shown (hybrid)");
    EXPECT_LINE(models, "m.T", "property plain");
    EXPECT_LINE(models, "m.T", "property kept");
    EXPECT_FALSE(models.has("m.T", "property method"));
    const PropertyInfo* shown = models.table().models()[1].property("shown");
    ASSERT_NE(shown, nullptr);
    EXPECT_EQ(models.symbols().function(shown->function).qualified_name, "m.T.shown");
}

TEST(Models, LoadingAndCollections) {
    const Models models(with(modern, R"py(
from sqlalchemy.orm import DynamicMapped, WriteOnlyMapped, attribute_keyed_dict, dynamic_loader
lazy_by_constant = "subquery"
class T(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    a: DynamicMapped["C"] = relationship()
    b: WriteOnlyMapped["C"] = relationship()
    c = relationship("C", lazy=False)
    d = relationship("C", lazy="raise_on_sql")
    e = relationship("C", lazy=None)
    f = relationship("C", lazy=lazy_by_constant)
    g = relationship("C", collection_class=set)
    h = relationship("C", collection_class=attribute_keyed_dict("id"))
    i = dynamic_loader("C")
    j = relationship("C", passive_deletes=True, lazy=True)
class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    t_id = Column(ForeignKey("t.id"))
)py"));
    EXPECT_LINE(models, "m.T", "relationship a: list of m.C, one-to-many, lazy dynamic");
    EXPECT_LINE(models, "m.T", "relationship b: list of m.C, one-to-many, lazy write_only");
    EXPECT_LINE(models, "m.T", "relationship c: list of m.C, one-to-many, lazy joined");
    EXPECT_LINE(models, "m.T", "relationship d: list of m.C, one-to-many, lazy raise");
    EXPECT_LINE(models, "m.T", "relationship e: list of m.C, one-to-many, lazy noload");
    EXPECT_LINE(models, "m.T", "relationship f: list of m.C, one-to-many, lazy subquery");
    EXPECT_LINE(models, "m.T", "relationship g: set of m.C, one-to-many");
    EXPECT_LINE(models, "m.T", "relationship h: attribute_keyed_dict of m.C, one-to-many");
    EXPECT_LINE(models, "m.T", "relationship i: list of m.C, one-to-many, lazy dynamic");
    EXPECT_LINE(models, "m.T", "relationship j: list of m.C, one-to-many, passive deletes");
}

TEST(Models, WhatIsAddedAfterTheClass) {
    const Models models(with(modern, R"py(
class T(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    t_id = Column(ForeignKey("t.id"))
C.t = relationship(T)
T.first = relationship(C, primaryjoin=T.id == C.t_id, uselist=False, viewonly=True)
T.extra = Column(String)
T.helper = print("x")
)py"));
    EXPECT_LINE(models, "m.C", "relationship t: one m.T, many-to-one");
    EXPECT_LINE(models, "m.T", "relationship first: one m.C, one-to-many, viewonly");
    EXPECT_LINE(models, "m.T", "column extra: String nullable");
    EXPECT_FALSE(llvm::StringRef(models.of("m.T")).contains("helper"));
}

TEST(Models, BasesInOddPlaces) {
    const Models models(R"py(
from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, declarative_base, registry
class Custom:
    id = Column(Integer, primary_key=True)
def make_base():
    return declarative_base(cls=Custom)
First = make_base()
class Second(MappedAsDataclass, DeclarativeBase):
    pass
try:
    Third = declarative_base()
except Exception:
    Third = declarative_base(name="Third")
class A(First):
    __tablename__ = "a"
class B(Second):
    __tablename__ = "b"
class C(Third):
    __tablename__ = "c"
class D(registry().generate_base()):
    __tablename__ = "d"
class Cycle(Cycle):
    pass
class Unmapped(Unknown):
    x = Column(Integer)
)py");
    EXPECT_LINE(models, "m.A", "column id: Integer primary-key (inherited)");
    EXPECT_LINE(models, "m.B", "model m.B (b)");
    EXPECT_LINE(models, "m.C", "model m.C (c)");
    EXPECT_LINE(models, "m.D", "model m.D (d)");
    EXPECT_LINE(models, "m.Second", "abstract m.Second");
    EXPECT_EQ(models.of("m.Cycle"), "");
    EXPECT_EQ(models.of("m.Unmapped"), "");
}

TEST(Models, StarImports) {
    const Models models({{"base.py", R"py(
import sqlalchemy as sa
from sqlalchemy.orm import *
class Base(DeclarativeBase):
    pass
)py"},
                         {"m.py", R"py(
from typing import *
from sqlalchemy.orm import *
from base import *
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    nick: Mapped[Optional[str]]
    posts: "Mapped[List[Post]]" = relationship(back_populates="author")
class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id = mapped_column(sa.ForeignKey(User.__table__.c.id))
    author: Mapped["User"] = relationship(back_populates="posts")
)py"}});
    EXPECT_LINE(models, "m.User", "column nick: String nullable");
    EXPECT_LINE(models, "m.User", "relationship posts: list of m.Post, one-to-many, other side author");
    EXPECT_LINE(models, "m.Post", "column author_id: Integer nullable -> users.id");
    EXPECT_LINE(models, "m.Post", "relationship author: one m.User, many-to-one, other side posts");
}

TEST(Models, DeclaredAttributesThatBranch) {
    const Models models(R"py(
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, declarative_base, declared_attr, deferred, relationship
class Custom:
    @declared_attr
    def __tablename__(cls):
        name = cls.__name__
        return name.lower()
    @declared_attr
    def owner_id(cls):
        return Column(Integer, ForeignKey("owner.id")) if cls.__name__ != "Owner" else None
Base = declarative_base(cls=Custom)
class Owner(Base):
    owner_id = None
    id = Column(Integer, primary_key=True)
    note: Mapped[str] = deferred(Column(String))
class Item(Base):
    id: Mapped[int] = Column(Integer, nullable=True, primary_key=True)
    owner = relationship(Owner)
)py");
    EXPECT_LINE(models, "m.Owner", "model m.Owner (owner)");
    EXPECT_LINE(models, "m.Owner", "column note: String nullable deferred");
    EXPECT_LINE(models, "m.Item", "relationship owner: one m.Owner, many-to-one");
}

TEST(Models, TablesThatCodeNamesAreThoseThatForeignKeysName) {
    const Models models(R"py(
import re
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, declared_attr, relationship
def table_of(name):
    return "_".join(part.lower() for part in re.split("(?=[A-Z])", name) if part) + "s"
class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls):
        return table_of(cls.__name__)
class UserGroup(Base):
    id = Column(Integer, primary_key=True)
    parent_id = Column(Integer, ForeignKey("user_groups.id"))
    members = relationship("Member", backref="group")
class Member(Base):
    id = Column(Integer, primary_key=True)
    group_id = Column(Integer, ForeignKey(UserGroup.id))
    deputy_id = Column(Integer, ForeignKey("members.id"))
)py");
    EXPECT_LINE(models, "m.UserGroup", "relationship members: list of m.Member, one-to-many, other side group");
    EXPECT_LINE(models, "m.Member", "column group_id: Integer nullable -> user_groups.id");
    EXPECT_LINE(models, "m.Member", "relationship group: one m.UserGroup, many-to-one, backref of members");
}

TEST(Models, TablesThatCodeNamesAreInSnakeCaseWithoutEvidence) {
    const Models models(R"py(
from names import table_of
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, declared_attr, relationship
class Base(DeclarativeBase):
    @declared_attr.directive
    def __tablename__(cls):
        return table_of(cls.__name__)
class Team(Base):
    id = Column(Integer, primary_key=True)
class Member(Base):
    id = Column(Integer, primary_key=True)
    team_id = Column(Integer, ForeignKey(Team.id))
    team = relationship(Team)
)py");
    EXPECT_LINE(models, "m.Member", "relationship team: one m.Team, many-to-one");
}

TEST(TypeText, ReadsAnnotations) {
    const TypeText optional = parse_type_text("Mapped[Optional[\"List['Post']\"]]");
    ASSERT_EQ(optional.name, "Mapped");
    ASSERT_EQ(optional.arguments.size(), 1U);
    ASSERT_EQ(optional.arguments[0].name, "Optional");
    EXPECT_EQ(optional.arguments[0].arguments[0].name, "List");
    EXPECT_EQ(optional.arguments[0].arguments[0].arguments[0].name, "Post");

    const TypeText alternatives = parse_type_text("a.B | None | \"C\"");
    EXPECT_EQ(alternatives.name, "|");
    EXPECT_EQ(alternatives.arguments.size(), 3U);
    EXPECT_EQ(alternatives.arguments[0].name, "a.B");

    const TypeText annotated = parse_type_text("Annotated[int, mapped_column(primary_key=True), Literal[1, 2]]");
    ASSERT_EQ(annotated.arguments.size(), 3U);
    EXPECT_EQ(annotated.arguments[1].name, "");
    EXPECT_EQ(annotated.arguments[2].name, "Literal");
}

TEST(TypeText, SurvivesNonsense) {
    for (const llvm::StringRef text :
         {"",     "[",    "]", "a[",      "a[b",  "a]", "'",   "\"a",          "|", "a |", "a..b",
          "f(x)", "a[(]", "1", "'''a'''", "a['b", "(a", "*Ts", "a[lambda: 0]", ",", "a[,]"})
        (void)parse_type_text(text);
    EXPECT_EQ(parse_type_text("f(x)").name, "");
    EXPECT_EQ(parse_type_text(std::string(100000, '[')).name, "");
    EXPECT_EQ(parse_type_text("a" + std::string(100000, '(')).name, "");
}

TEST(ColumnMentions, ReadsJoins) {
    const auto mentions = mentioned_columns(
        "and_(User.id == foreign(Post.author_id), remote(m.Post.kind).in_(['Post.x']), users.c.n > 3)");
    ASSERT_EQ(mentions.size(), 4U);
    EXPECT_EQ(mentions[0].qualifier, "User");
    EXPECT_FALSE(mentions[0].foreign);
    EXPECT_EQ(mentions[1].name, "author_id");
    EXPECT_TRUE(mentions[1].foreign);
    EXPECT_EQ(mentions[2].qualifier, "m.Post");
    EXPECT_TRUE(mentions[2].remote);
    EXPECT_EQ(mentions[3].qualifier, "users.c");
}

} // namespace sqlawait
