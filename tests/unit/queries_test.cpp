// Queries as values that flow, and what they become on select(): each program is run through the real
// pipeline with the first stage alone. At least half of them must stay as they are.
#include "tests/unit/pipeline_program.h"

#include "llvm/ADT/StringExtras.h"

namespace sqlawait {
namespace {

const std::string models = R"py(from sqlalchemy import JSON, Column, ForeignKey, Integer, String, func, select
from sqlalchemy.orm import Query, Session, aliased, declarative_base, joinedload, relationship, selectinload

Base = declarative_base()


class Author(Base):
    __tablename__ = "authors"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    email = Column(String, unique=True, nullable=False)
    books = relationship("Book", back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    data = Column(JSON)
    author_id = Column(ForeignKey("authors.id"))
    author = relationship("Author", back_populates="books")


)py";

struct Selected {
    std::string text; // what follows the models
    std::string queries;
};

Selected run(const std::string& body, bool statement_form = true) {
    PipelineProgram program(models + body);
    program.options.rewrite.loads = program.options.rewrite.async = program.options.rewrite.clean = false;
    program.options.rewrite.statement_form = statement_form;
    program.options.colour.select_only = true;
    Selected out;
    const std::string text = program.migrated();
    const std::size_t at = text.find("    author = relationship(");
    out.text = text.substr(text.find("\n\n\n", at) + 3);
    const Analysis& analysis = program.run(Pass::queries);
    out.queries = print_queries(analysis.program, analysis.queries);
    return out;
}

/// The body of `def f(db: Session): return EXPRESSION` in the expression form.
std::string expression(const std::string& text) {
    const std::string head = "def f(db: Session, key=1, name='x', low=0, high=9):\n    return ";
    const std::string out = run(head + text + "\n", false).text;
    EXPECT_TRUE(llvm::StringRef(out).starts_with(head)) << out;
    return llvm::StringRef(out).drop_front(head.size()).rtrim().str();
}

void expect_same(const std::string& body) { EXPECT_EQ(run(body).text, body); }

TEST(Queries, Entities) {
    EXPECT_EQ(expression("db.query(Book).all()"), "db.scalars(select(Book)).all()");
    EXPECT_EQ(expression("db.query(Book).filter(Book.title == name).one()"),
              "db.scalars(select(Book).where(Book.title == name)).one()");
    EXPECT_EQ(expression("db.query(Book).filter_by(title=name).one_or_none()"),
              "db.scalars(select(Book).filter_by(title=name)).one_or_none()");
    EXPECT_EQ(expression("[b.id for b in db.query(Book)]"), "[b.id for b in db.scalars(select(Book))]");
    EXPECT_EQ(expression("list(db.query(Book))"), "list(db.scalars(select(Book)).all())");
    EXPECT_EQ(expression("name in db.query(Book)"), "name in db.scalars(select(Book)).all()");
}

TEST(Queries, RowsAreNotScalars) {
    EXPECT_EQ(expression("db.query(Book.id).all()"), "db.execute(select(Book.id)).all()");
    EXPECT_EQ(expression("db.query(Book.id, Book.title).first()"),
              "db.execute(select(Book.id, Book.title).limit(1)).first()");
    EXPECT_EQ(expression("db.query(Book).with_entities(Book.id).all()"),
              "db.execute(select(Book).with_only_columns(Book.id)).all()");
    EXPECT_EQ(expression("db.query(Book).add_columns(Book.id).all()"),
              "db.execute(select(Book).add_columns(Book.id)).all()");
}

TEST(Queries, FirstIsLimitedUnlessAKeyPinsTheRow) {
    EXPECT_EQ(expression("db.query(Book).filter(Book.title == name).first()"),
              "db.scalar(select(Book).where(Book.title == name).limit(1))");
    EXPECT_EQ(expression("db.query(Book).filter(Book.id == key).first()"),
              "db.scalar(select(Book).where(Book.id == key))");
    EXPECT_EQ(expression("db.query(Author).filter_by(email=name).first()"),
              "db.scalar(select(Author).filter_by(email=name))");
    // A name is no key, an inequality pins nothing, and a column may equal another of its row.
    EXPECT_EQ(expression("db.query(Author).filter_by(name=name).first()"),
              "db.scalar(select(Author).filter_by(name=name).limit(1))");
    EXPECT_EQ(expression("db.query(Book).filter(Book.id > key).first()"),
              "db.scalar(select(Book).where(Book.id > key).limit(1))");
    EXPECT_EQ(expression("db.query(Book).filter(Book.id == Book.author_id).first()"),
              "db.scalar(select(Book).where(Book.id == Book.author_id).limit(1))");
}

TEST(Queries, ScalarRaisesWhereSeveralRowsMayCome) {
    EXPECT_EQ(expression("db.query(func.count(Book.id)).scalar()"), "db.scalar(select(func.count(Book.id)))");
    EXPECT_EQ(expression("db.query(db.query(Book).exists()).scalar()"), "db.scalar(select(select(Book).exists()))");
    EXPECT_EQ(expression("db.query(Book.title).filter(Book.id == key).scalar()"),
              "db.scalar(select(Book.title).where(Book.id == key))");
    EXPECT_EQ(expression("db.query(Book.title).filter(Book.author_id == key).scalar()"),
              "db.execute(select(Book.title).where(Book.author_id == key)).scalar_one_or_none()");
    EXPECT_EQ(expression("db.query(func.max(Book.id)).group_by(Book.author_id).scalar()"),
              "db.execute(select(func.max(Book.id)).group_by(Book.author_id)).scalar_one_or_none()");
}

TEST(Queries, UniqueWhereRowsMayRepeat) {
    EXPECT_EQ(expression("db.query(Author).join(Author.books).all()"),
              "db.scalars(select(Author).join(Author.books)).unique().all()");
    EXPECT_EQ(expression("db.query(Author).options(joinedload(Author.books)).all()"),
              "db.scalars(select(Author).options(joinedload(Author.books))).unique().all()");
    EXPECT_EQ(expression("db.query(Author).filter(Author.id == Book.author_id).all()"),
              "db.scalars(select(Author).where(Author.id == Book.author_id)).unique().all()");
    EXPECT_EQ(expression("db.query(Author, Book.title).join(Author.books).all()"),
              "db.execute(select(Author, Book.title).join(Author.books)).unique().all()");
    // To one, other loaders, no entity, distinct entities, rows that can't be compared.
    EXPECT_EQ(expression("db.query(Book).join(Book.author).all()"), "db.scalars(select(Book).join(Book.author)).all()");
    EXPECT_EQ(expression("db.query(Book).join(Author, Author.id == Book.author_id).all()"),
              "db.scalars(select(Book).join(Author, Author.id == Book.author_id)).all()");
    EXPECT_EQ(expression("db.query(Author).options(selectinload(Author.books)).all()"),
              "db.scalars(select(Author).options(selectinload(Author.books))).all()");
    EXPECT_EQ(expression("db.query(Author.id).join(Author.books).all()"),
              "db.execute(select(Author.id).join(Author.books)).all()");
    EXPECT_EQ(expression("db.query(Author).join(Author.books).distinct().all()"),
              "db.scalars(select(Author).join(Author.books).distinct()).all()");
    EXPECT_EQ(expression("db.query(Author, Book.data).join(Author.books).all()"),
              "db.execute(select(Author, Book.data).join(Author.books)).all()");
    EXPECT_EQ(expression("db.query(Author).filter(Author.books.any(Book.title == name)).all()"),
              "db.scalars(select(Author).where(Author.books.any(Book.title == name))).all()");
}

TEST(Queries, Count) {
    EXPECT_EQ(expression("db.query(Book).filter(Book.id > 1).order_by(Book.id).count()"),
              "db.scalar(select(func.count()).select_from(Book).where(Book.id > 1))");
    EXPECT_EQ(expression("db.query(Book).limit(3).count()"),
              "db.scalar(select(func.count()).select_from(select(Book).limit(3).subquery()))");
    EXPECT_EQ(expression("db.query(Book.title).count()"),
              "db.scalar(select(func.count()).select_from(select(Book.title).subquery()))");
    EXPECT_EQ(expression("db.query(Book).distinct().count()"),
              "db.scalar(select(func.count()).select_from(select(Book).distinct().subquery()))");
}

TEST(Queries, Get) {
    EXPECT_EQ(expression("db.query(Book).get(key)"), "db.get(Book, key)");
    EXPECT_EQ(expression("db.query(Book).options(joinedload(Book.author)).populate_existing().get(key)"),
              "db.get(Book, key, options=[joinedload(Book.author)], populate_existing=True)");
    EXPECT_EQ(expression("db.query(Book).with_for_update(nowait=True).get(key)"),
              "db.get(Book, key, with_for_update={\"nowait\": True})");
    // After criteria it raises, and has to go on raising.
    expect_same("def f(db: Session, key):\n    return db.query(Book).filter(Book.id == 1).get(key)\n");
    expect_same("def f(db: Session, key):\n    return db.query(Book, Author).get(key)\n");
}

TEST(Queries, BulkStatements) {
    EXPECT_EQ(expression("db.query(Book).filter(Book.id == key).update({'title': name}, synchronize_session=False)"),
              "db.execute(\n        update(Book).where(Book.id == key).values({'title': name})"
              ".execution_options(synchronize_session=False)\n    ).rowcount");
    EXPECT_EQ(expression("db.query(Book).filter_by(id=key).delete()"),
              "db.execute(delete(Book).filter_by(id=key)).rowcount");
    EXPECT_EQ(run("def f(db: Session):\n    db.query(Book).delete(synchronize_session='fetch')\n").text,
              "def f(db: Session):\n    db.execute(delete(Book).execution_options(synchronize_session='fetch'))\n");
    expect_same("def f(db: Session):\n    db.query(Book).join(Book.author).delete()\n");
    expect_same("def f(db: Session):\n    db.query(Book).limit(1).update({'title': ''})\n");
    expect_same("def f(db: Session):\n    db.query(Book).update({'title': ''}, update_args={'mysql_limit': 1})\n");
}

TEST(Queries, Slices) {
    EXPECT_EQ(expression("db.query(Book)[2]"), "db.scalars(select(Book).offset(2).limit(1)).all()[0]");
    EXPECT_EQ(expression("db.query(Book)[0]"), "db.scalars(select(Book).limit(1)).all()[0]");
    EXPECT_EQ(expression("db.query(Book)[low + len(name)]"),
              "db.scalars(select(Book).offset(low + len(name)).limit(1)).all()[0]");
    EXPECT_EQ(expression("db.query(Book).limit(9)[low]"),
              "db.scalars(select(Book).limit(9).slice(low, low + 1)).all()[0]");
    EXPECT_EQ(expression("db.query(Book)[low:high]"), "db.scalars(select(Book).slice(low, high)).all()");
    EXPECT_EQ(expression("db.query(Book)[:high]"), "db.scalars(select(Book).limit(high)).all()");
    EXPECT_EQ(expression("db.query(Book).all()[1:3]"), "db.scalars(select(Book)).all()[1:3]");
    EXPECT_EQ(expression("db.query(Book)[1:9:2]"), "db.scalars(select(Book).slice(1, 9)).all()[::2]");
    // Raises IndexError in SQLAlchemy 2.0.
    expect_same("def f(db: Session):\n    return db.query(Book)[-1]\n");
}

TEST(Queries, FilterByAfterJoins) {
    EXPECT_EQ(expression("db.query(Author).join(Author.books).filter_by(title=name).count()"),
              "db.scalar(select(func.count()).select_from(Author).join(Author.books).filter_by(title=name))");
    // SQLAlchemy 2.1 would find `id` in both.
    EXPECT_EQ(expression("db.query(Author).join(Author.books).filter_by(id=key).count()"),
              "db.scalar(select(func.count()).select_from(Author).join(Author.books).where(Book.id == key))");
    EXPECT_EQ(expression("db.query(Author).join(Author.books).reset_joinpoint().filter_by(name=name).count()"),
              "db.scalar(\n        select(func.count()).select_from(select(Author).join(Author.books)"
              ".where(Author.name == name).subquery())\n    )");
}

TEST(Queries, MethodsThatSelectNamesOtherwise) {
    EXPECT_EQ(expression("db.query(Book).populate_existing().enable_assertions(False).all()"),
              "db.scalars(select(Book).execution_options(populate_existing=True)).all()");
    EXPECT_EQ(expression("db.query(Book).with_parent(name, Author.books).all()"),
              "db.scalars(select(Book).where(with_parent(name, Author.books))).all()");
    EXPECT_EQ(expression("db.query(Book).yield_per(10).all()"), "db.scalars(select(Book)).all()");
    EXPECT_EQ(expression("db.query(Book.id).filter(Book.id > 1).as_scalar()"),
              "select(Book.id).where(Book.id > 1).scalar_subquery()");
    EXPECT_EQ(expression("db.query(Author.name).union(db.query(Book.title)).all()"),
              "db.execute(select(Author.name).union(select(Book.title))).all()");
    EXPECT_EQ(expression("db.query(Book).filter(Book.id > 1).union(db.query(Book)).all()"),
              "db.scalars(\n        select(Book).where(\n            Book.id.in_(\n                select(Book)\n"
              "                .where(Book.id > 1)\n                .with_only_columns(Book.id)\n"
              "                .union(select(Book).with_only_columns(Book.id))\n            )\n        )\n    ).all()");
}

TEST(Queries, Refused) {
    expect_same("def f(db: Session):\n    return db.query(Book).enable_eagerloads(False).all()\n");
    expect_same("def f(db: Session):\n    return db.query(Book).session\n");
    expect_same("def f(db: Session):\n    return db.query(Book).merge_result([])\n");
    expect_same("def f(db: Session):\n    return db.query(Book).union_all(db.query(Book)).all()\n");
    expect_same("def f(db: Session):\n    return db.query(Book).paginate(1)\n");
    expect_same("def f(db: Session):\n    return db.query(Book).all\n");
}

TEST(Queries, StatementForm) {
    EXPECT_EQ(run("def f(db: Session):\n    books = db.query(Book).all()\n    return books\n").text,
              "def f(db: Session):\n    result = db.execute(select(Book))\n    books = result.scalars().all()\n"
              "    return books\n");
    EXPECT_EQ(
        run("def f(db: Session):\n    return (\n        db.query(Book)\n        .filter(Book.id == 1)  # one\n"
            "        .first()\n    )\n")
            .text,
        "def f(db: Session):\n    result = db.execute(\n        select(Book)\n        .where(Book.id == 1)  # one\n"
        "    )\n    return result.scalar_one_or_none()\n");
    // Where a statement can't be put in front.
    EXPECT_EQ(run("def f(db: Session): return db.query(Book).all()\n").text,
              "def f(db: Session): return db.scalars(select(Book)).all()\n");
    EXPECT_EQ(run("def f(db: Session, a):\n    if a: return db.query(Book).all()\n").text,
              "def f(db: Session, a):\n    if a: return db.scalars(select(Book)).all()\n");
    EXPECT_EQ(run("def f(db: Session):\n    if (b := db.query(Book).all()):\n        return b\n").text,
              "def f(db: Session):\n    if (b := db.scalars(select(Book)).all()):\n        return b\n");
    EXPECT_EQ(run("def f(db: Session, a):\n    return a and db.query(Book).all()\n").text,
              "def f(db: Session, a):\n    return a and db.scalars(select(Book)).all()\n");
    // `result` is taken.
    EXPECT_EQ(run("def f(db: Session, result):\n    return db.query(Book).all(), result\n"
                  "def g(db: Session, result):\n    a = db.query(Book).all()\n    return a\n")
                  .text,
              "def f(db: Session, result):\n    return db.scalars(select(Book)).all(), result\n"
              "def g(db: Session, result):\n    a = db.scalars(select(Book)).all()\n    return a\n");
}

TEST(Queries, TheLayoutOfTheChainStays) {
    // What the end of the chain becomes stands where the end stood.
    EXPECT_EQ(run("def f(db: Session):\n    return (\n        db.query(Book)\n        .filter(Book.title == 'a')\n"
                  "        .first()\n    )\n")
                  .text,
              "def f(db: Session):\n    result = db.execute(\n        select(Book)\n        .where(Book.title == 'a')\n"
              "        .limit(1)\n    )\n    return result.scalars().first()\n");
    // Brackets that were there for the length of the line alone.
    EXPECT_EQ(run("def f(db: Session):\n    book = (\n        db.query(Book).filter(Book.id == 1).first()\n    )\n"
                  "    return book\n")
                  .text,
              "def f(db: Session):\n    result = db.execute(select(Book).where(Book.id == 1))\n"
              "    book = result.scalar_one_or_none()\n    return book\n");
    EXPECT_EQ(run("def f(db: Session):\n    (db.query(Book).delete())\n").text,
              "def f(db: Session):\n    db.execute(delete(Book))\n");
    // Brackets around the query become those of the call.
    EXPECT_EQ(
        run("def f(db: Session):\n    books = (\n        db.query(Book)\n        .order_by(Book.id)\n    ).all()\n"
            "    return books\n")
            .text,
        "def f(db: Session):\n    result = db.execute(\n        select(Book)\n        .order_by(Book.id)\n    )\n"
        "    books = result.scalars().all()\n    return books\n");
    // One argument a line.
    EXPECT_EQ(run("def f(db: Session):\n    db.query(Book).update(\n        {'title': ''},\n    )\n").text,
              "def f(db: Session):\n    db.execute(update(Book).values(\n        {'title': ''},\n    ))\n");
    EXPECT_EQ(run("def f(db: Session):\n    db.query(Book).update(\n        {'title': ''},\n"
                  "        synchronize_session=False,\n    )\n")
                  .text,
              "def f(db: Session):\n    db.execute(update(Book).values(\n        {'title': ''},\n"
              "    ).execution_options(synchronize_session=False))\n");
}

TEST(Queries, ATaskThatSharesAQueryChangesWithIt) {
    const std::string task = "from celery import shared_task\n\n\n"
                             "def live(db: Session):\n    return db.query(Book).filter(Book.id > 1)\n\n\n"
                             "@shared_task\ndef work():\n    with Session() as db:\n        return live(db).count()\n";
    // Of a task alone: it stays as it is.
    expect_same(task);
    const std::string shared = run(task + "\n\ndef f(db: Session):\n    return live(db).all()\n").text;
    EXPECT_NE(shared.find("return select(Book).where(Book.id > 1)"), std::string::npos) << shared;
    EXPECT_NE(shared.find("db.scalar(select(func.count()).select_from(live(db).subquery()))"), std::string::npos)
        << shared;
    // What says that it is not to be touched is not.
    const std::string kept = "def live(db: Session):\n    return db.query(Book).filter(Book.id > 1)\n\n\n"
                             "def work(db: Session):  # sqlawait: keep-sync\n    return live(db).count()\n\n\n"
                             "def f(db: Session):\n    return live(db).all()\n";
    expect_same(kept);
}

TEST(Queries, StoredQueries) {
    EXPECT_EQ(run("def f(db: Session, title=None):\n    query = db.query(Book)\n    if title:\n"
                  "        query = query.filter(Book.title == title)\n    total = query.count()\n"
                  "    return total, query.order_by(Book.id).limit(3).all()\n")
                  .text,
              "def f(db: Session, title=None):\n    query = select(Book)\n    if title:\n"
              "        query = query.where(Book.title == title)\n"
              "    total = db.scalar(select(func.count()).select_from(query.subquery()))\n"
              "    return total, db.scalars(query.order_by(Book.id).limit(3)).all()\n");
    EXPECT_EQ(run("def f(db: Session, q=None):\n    q = q or db.query(Book)\n    if q:\n        return q.first()\n"
                  "\n\ndef g(db: Session):\n    return f(db, db.query(Book))\n")
                  .text,
              "def f(db: Session, q=None):\n    q = q if q is not None else select(Book)\n    if q is not None:\n"
              "        result = db.execute(q.limit(1))\n        return result.scalars().first()\n"
              "\n\ndef g(db: Session):\n    return f(db, select(Book))\n");
}

TEST(Queries, AcrossFunctions) {
    EXPECT_EQ(run("def books(db: Session) -> Query:\n    return db.query(Book)\n\n\n"
                  "def f(db: Session):\n    return books(db).filter(Book.id > 1).count()\n")
                  .text,
              "def books(db: Session) -> Select:\n    return select(Book)\n\n\n"
              "def f(db: Session):\n    return db.scalar(select(func.count()).select_from("
              "books(db).where(Book.id > 1).subquery()))\n");
    // A function that only iterates gets a list.
    EXPECT_EQ(run("def names(books):\n    return [b.title for b in books]\n\n\n"
                  "def f(db: Session):\n    return names(db.query(Book)), names([])\n")
                  .text,
              "def names(books):\n    return [b.title for b in books]\n\n\n"
              "def f(db: Session):\n    return names(db.scalars(select(Book)).all()), names([])\n");
}

TEST(Queries, AFunctionThatSuitsBothTiesNothing) {
    const std::string out = run("def narrow(query):\n    return query.filter(Book.id > 1)\n\n\n"
                                "def good(db: Session):\n    return narrow(db.query(Book)).all()\n\n\n"
                                "def bad(db: Session, export):\n    export(narrow(db.query(Book)))\n")
                                .text;
    EXPECT_NE(out.find("return result.scalars().all()"), std::string::npos) << out;
    EXPECT_NE(out.find("export(narrow(db.query(Book)))"), std::string::npos) << out;
}

TEST(Queries, WebsStayWhole) {
    // One use that is not known keeps all of them.
    expect_same("def f(db: Session, export):\n    query = db.query(Book)\n    export(query)\n    return query.all()\n");
    expect_same("def page(query):\n    return query.limit(3).all()\n\n\ndef f(db: Session, use):\n"
                "    use(page)\n    return page(db.query(Book))\n");
    expect_same("class Store:\n    def __init__(self, db: Session):\n        self.query = db.query(Book)\n\n"
                "    def all(self):\n        return self.query.all()\n");
    expect_same("def f(db: Session, other: Session):\n    query = db.query(Book)\n    text = f'{query:>9}'\n"
                "    return query.all()\n");
    expect_same("def f(db: Session):\n    first = db.query(Book)\n    second = db.query(Book)\n"
                "    return first.union_all(second).all(), second.count()\n");
}

TEST(Queries, TheTextOfAQuery) {
    EXPECT_EQ(expression("str(db.query(Book))"),
              "str(select(Book).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL).compile(db.get_bind()))");
}

TEST(Queries, EntitiesOrRowsAsTheCallerSays) {
    EXPECT_EQ(
        run("def page(db: Session, query, n: int):\n    return query.limit(n).all()\n\n\n"
            "def f(db: Session):\n    return page(db, db.query(Book), 1), page(db, db.query(Book.id), 1)\n")
            .text,
        "def page(db: Session, query, n: int, scalars: bool = True):\n    result = db.execute(query.limit(n))\n"
        "    return result.scalars().all() if scalars else result.all()\n\n\n"
        "def f(db: Session):\n    return page(db, select(Book), 1), page(db, select(Book.id), 1, scalars=False)\n");
    // A count runs before the page: the page can't move in front of it.
    expect_same("def page(db: Session, query):\n    return query.count(), query.all()\n\n\n"
                "def f(db: Session):\n    return page(db, db.query(Book)), page(db, db.query(Book.id))\n");
}

TEST(Queries, AFunctionThatIsGivenAQueryTakesTheSession) {
    EXPECT_EQ(run("def page(query):\n    return query.limit(3).all()\n\n\ndef f(db: Session):\n"
                  "    return page(db.query(Book))\n")
                  .text,
              "def page(db, query):\n    result = db.execute(query.limit(3))\n    return result.scalars().all()\n\n\n"
              "def f(db: Session):\n    return page(db, select(Book))\n");
    // Two sessions at a call: the one that made the query.
    EXPECT_EQ(
        run("def page(query, db=3):\n    return query.limit(db).all()\n\n\ndef f(one: Session, two: Session):\n"
            "    return page(one.query(Book)), page(query=two.query(Book))\n")
            .text,
        "def page(one, query, db=3):\n    result = one.execute(query.limit(db))\n    return result.scalars().all()\n"
        "\n\ndef f(one: Session, two: Session):\n"
        "    return page(one, select(Book)), page(two, query=select(Book))\n");
    // Decorated, overridden, called by nobody, called by code that has none.
    expect_same("import functools\n\n\n@functools.wraps(print)\ndef page(query):\n    return query.limit(3).all()\n\n\n"
                "def f(db: Session):\n    return page(db.query(Book))\n");
    expect_same("class A:\n    def run(self, query):\n        return query.all()\n\n\nclass B(A):\n"
                "    def run(self, query):\n        return query.limit(1).all()\n\n\n"
                "def f(db: Session, a: A):\n    return a.run(db.query(Book))\n");
    expect_same("def page(query: Query):\n    return query.limit(3).all()\n");
}

TEST(Queries, TheSessionOfAStoredQuery) {
    EXPECT_EQ(run("class Store:\n    def __init__(self, db: Session):\n        self.db = db\n\n"
                  "    def books(self):\n        return self.db.query(Book)\n\n"
                  "    def count(self):\n        return self.books().count()\n")
                  .text,
              "class Store:\n    def __init__(self, db: Session):\n        self.db = db\n\n"
              "    def books(self):\n        return select(Book)\n\n"
              "    def count(self):\n        return self.db.scalar(select(func.count()).select_from("
              "self.books().subquery()))\n");
    // Two sessions: the one that the query was made with.
    EXPECT_EQ(run("def books(db: Session):\n    return db.query(Book)\n\n\n"
                  "def f(one: Session, two: Session):\n    return books(one).all()\n")
                  .text,
              "def books(db: Session):\n    return select(Book)\n\n\n"
              "def f(one: Session, two: Session):\n    result = one.execute(books(one))\n"
              "    return result.scalars().all()\n");
    expect_same("def books(db: Session, other: Session):\n    return (db or other).query(Book)\n\n\n"
                "def f(one: Session, two: Session):\n    return books(one, two).all()\n");
}

TEST(Queries, TheTruthOfAQuery) {
    EXPECT_EQ(
        run("def f(db: Session, flag):\n    query = db.query(Book)\n    if flag and not query:\n        return 1\n"
            "    if query:\n        return 2\n    return query.all()\n")
            .text,
        "def f(db: Session, flag):\n    query = select(Book)\n    if flag and query is None:\n        return 1\n"
        "    if query is not None:\n        return 2\n    result = db.execute(query)\n"
        "    return result.scalars().all()\n");
}

TEST(Queries, AnAttributeThatTheBaseClassSetsToNone) {
    EXPECT_EQ(run("class Store:\n    model = None\n\n    def __init__(self, db: Session):\n        self.db = db\n\n"
                  "    def all(self):\n        return self.db.query(self.model).all()\n\n\n"
                  "class Books(Store):\n    model = Book\n\n\nclass Authors(Store):\n    model = Author\n")
                  .text,
              "class Store:\n    model = None\n\n    def __init__(self, db: Session):\n        self.db = db\n\n"
              "    def all(self):\n        result = self.db.execute(select(self.model))\n"
              "        return result.scalars().all()\n\n\n"
              "class Books(Store):\n    model = Book\n\n\nclass Authors(Store):\n    model = Author\n");
}

TEST(Queries, Aliases) {
    EXPECT_EQ(run("def f(db: Session):\n    q = db.query\n    return q(Book).count(), q(Author).count()\n").text,
              "def f(db: Session):\n    return db.scalar(select(func.count()).select_from(Book)), "
              "db.scalar(select(func.count()).select_from(Author))\n");
    expect_same("def f(db: Session, use):\n    q = db.query\n    use(q)\n    return q(Book).count()\n");
}

TEST(Queries, WhatOnlyLooksLikeAQuery) {
    expect_same("class Search:\n    def query(self, what):\n        return [what]\n\n\n"
                "def f(db: Search):\n    return db.query(Book)\n");
    expect_same("def f(request):\n    return request.query(Book).first()\n");
    expect_same("def f(db: Session):\n    return db.execute(select(Book).where(Book.id == 1)).scalars().first()\n");
}

TEST(Queries, WhatCantBeToldIsSaid) {
    EXPECT_NE(
        run("def f(thing):\n    return thing.query(Book).first()\n").queries.find("what 'thing' is can't be seen"),
        std::string::npos);
    EXPECT_NE(run("class Session:\n    def query(self, what):\n        return [what]\n\n\n"
                  "def f(db: Session):\n    return db.query(Book)\n")
                  .queries.find("'Session' is a class of the program here"),
              std::string::npos);
    // Without anything of SQLAlchemy's it may be anything; a class of the program says itself what it does.
    EXPECT_EQ(run("def f(thing):\n    return thing.query('books').first()\n").queries, "");
    EXPECT_EQ(run("class Search:\n    def query(self, what):\n        return [what]\n\n\n"
                  "def f(db: Search):\n    return db.query(Book)\n")
                  .queries,
              "");
}

TEST(Queries, SessionsOutOfNamespacesAndMixins) {
    EXPECT_EQ(run("from types import SimpleNamespace\n\ng = SimpleNamespace(db=None)\n\n\n"
                  "def f():\n    return g.db.query(Book).all()\n\n\n"
                  "def start(db: Session):\n    g.db = db\n")
                  .text.find("db.query"),
              std::string::npos);
    EXPECT_EQ(run("class Counts:\n    def total(self):\n        return self.db.query(Book).count()\n\n\n"
                  "class Store:\n    def __init__(self, db: Session):\n        self.db = db\n\n\n"
                  "class Books(Counts, Store):\n    pass\n")
                  .text.find("db.query"),
              std::string::npos);
    EXPECT_EQ(run("def f(context: dict):\n    return context['db'].query(Book).get(context['key'])\n\n\n"
                  "def g(db: Session):\n    return f({'db': db, 'key': 1})\n")
                  .text.find("db.query"),
              std::string::npos);
    expect_same("from types import SimpleNamespace\n\ng = SimpleNamespace(db=None)\n\n\n"
                "def f():\n    return g.db.query(Book).all()\n\n\n"
                "def start(db: Session, other):\n    g.db = db\n    g.db = other\n");
}

TEST(Queries, OneCallerThatCantBeSeenDoesNoHarm) {
    // What `load` does with `db` only a session can do, and one caller hands one over.
    const std::string load = "def load(db):\n    return db.query(Book).all()\n\n\n";
    const std::string callers = "def one(db: Session):\n    return load(db)\n\n\ndef other(request):\n    ";
    EXPECT_EQ(run(load + callers + "return load(request.db)\n").text.find("db.query"), std::string::npos);
    // Not when nobody hands one over, nor when something else is known to come.
    expect_same(load + "def other(request):\n    return load(request.db)\n");
    expect_same("class Store:\n    def query(self, what):\n        return []\n\n\n" + load + callers +
                "return load(Store())\n");
    // A mock of the tests stands in for the session.
    EXPECT_EQ(run("from unittest.mock import MagicMock\n\n\n" + load + callers + "return load(MagicMock())\n")
                  .text.find("db.query"),
              std::string::npos);
}

TEST(Queries, NamesThatAreBoundAgainBeforeAnybodyReadsThem) {
    // The annotation names the model; what is done with it says that the first import was meant.
    PipelineProgram program({{"models.py", R"py(from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Session(Base):
    __tablename__ = "sessions"
    id = Column(Integer, primary_key=True)
)py"},
                             {"crud.py", R"py(from sqlalchemy.orm import Session
from models import Session


def load(db: Session):
    return db.query(Session).all()
)py"},
                             {"main.py", R"py(from sqlalchemy.orm import Session
import crud


def start(db: Session):
    return crud.load(db)
)py"}});
    program.options.rewrite.loads = program.options.rewrite.async = program.options.rewrite.clean = false;
    program.options.rewrite.statement_form = false;
    program.options.colour.select_only = true;
    EXPECT_NE(program.migrated("crud.py").find("db.scalars(select(Session)).all()"), std::string::npos);
}

TEST(Queries, ImportsThatGoWellNeedNoFallback) {
    PipelineProgram program({{"app/__init__.py", ""}, {"app/models.py", models}, {"app/use.py", R"py(
from sqlalchemy.orm import Session

try:
    import app.models as loaded
except ImportError:
    import importlib

    loaded = importlib.import_module("models")

Author = loaded.Author


def load(db: Session):
    return db.query(Author).all()
)py"}});
    program.options.rewrite.loads = program.options.rewrite.async = program.options.rewrite.clean = false;
    program.options.colour.select_only = true;
    EXPECT_EQ(program.migrated("app/use.py").find("db.query"), std::string::npos);
}

TEST(Queries, Printed) {
    const std::string out =
        run("def f(db: Session):\n    q = db.query(Author).join(Author.books)\n    return q.distinct().all()\n")
            .queries;
    EXPECT_NE(out.find("web 0 query.join: entity joins-many from Author, Book\n"), std::string::npos) << out;
    EXPECT_NE(
        out.find("web 0 (q).distinct.all: entity joins-many distinct deduplicated from Author, Book; session db\n"),
        std::string::npos)
        << out;
}

} // namespace
} // namespace sqlawait
