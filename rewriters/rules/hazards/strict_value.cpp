// psycopg2 writes values into the text of a statement and lets PostgreSQL make of them what it can; asyncpg sends
// them typed and refuses what the column's type is not: a bool for a String, an aware datetime for a naive one.
#include "analysis/colour/foundation.h"
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

enum class Value : std::uint8_t { unknown, text, boolean, number, moment, aware_moment };

struct ValueName {
    Value value;
    llvm::StringLiteral words;
};
constexpr ValueName value_names[] = {{Value::text, "text"},
                                     {Value::boolean, "a bool"},
                                     {Value::number, "a number"},
                                     {Value::moment, "a datetime"},
                                     {Value::aware_moment, "a datetime with a time zone"}};

/// What asyncpg refuses for a column, by the last part of the column's type.
struct StrictType {
    llvm::StringLiteral type;
    std::initializer_list<Value> refused;
};
const StrictType strict_types[] = {
    {"String", {Value::boolean, Value::number, Value::moment, Value::aware_moment}},
    {"Text", {Value::boolean, Value::number, Value::moment, Value::aware_moment}},
    {"Unicode", {Value::boolean, Value::number, Value::moment, Value::aware_moment}},
    {"UnicodeText", {Value::boolean, Value::number, Value::moment, Value::aware_moment}},
    {"VARCHAR", {Value::boolean, Value::number, Value::moment, Value::aware_moment}},
    {"TEXT", {Value::boolean, Value::number, Value::moment, Value::aware_moment}},
    {"Integer", {Value::text}},
    {"BigInteger", {Value::text}},
    {"SmallInteger", {Value::text}},
    {"Float", {Value::text}},
    {"DateTime", {Value::text, Value::number}},
    {"TIMESTAMP", {Value::text, Value::number}},
    {"Date", {Value::text, Value::number}},
};

bool refuses(const ColumnInfo& column, Value value) {
    if (column.naive && value == Value::aware_moment)
        return true;
    const auto* found = llvm::find_if(strict_types, [&](const StrictType& one) { return one.type == column.type; });
    return found != std::end(strict_types) && llvm::is_contained(found->refused, value);
}

class ValueReader {
  public:
    explicit ValueReader(const MatchContext& context) : facts_(context.facts) {}

    /// By its type; of datetimes by how they are made, through names and functions of the program.
    [[nodiscard]] Value read(ModuleId module, Node node, unsigned depth = 0) const {
        const TypeStore& store = facts_.types.store();
        // None is fine everywhere: of `str | None` the other half counts.
        llvm::SmallVector<Atom, 2> atoms(store.atoms(facts_.types.type_of({module, node.id()})));
        llvm::erase_if(atoms, [](const Atom& atom) { return atom.kind == Atom::Kind::none; });
        if (is_aware(module, node, depth))
            return Value::aware_moment;
        if (node.is_any(Kind::true_, Kind::false_))
            return Value::boolean;
        if (node.is(Kind::string) || (atoms.size() == 1 && atoms[0].kind == Atom::Kind::literal))
            return Value::text;
        if (atoms.size() != 1 || atoms[0].kind != Atom::Kind::external_instance)
            return Value::unknown;
        const llvm::StringRef name = store.external_class(atoms[0]);
        if (name == "builtins.str")
            return Value::text;
        if (name == "builtins.bool")
            return Value::boolean;
        if (name == "builtins.int" || name == "builtins.float")
            return Value::number;
        return name == "datetime.datetime" ? Value::moment : Value::unknown;
    }

    /// What a callable gives: `default=utc_now`, `default=lambda: datetime.now(timezone.utc)`.
    [[nodiscard]] bool gives_aware(ModuleId module, Node callable) const {
        if (callable.is(Kind::lambda))
            return is_aware(module, callable.child(Field::body), 0);
        for (const Atom& atom : facts_.types.store().atoms(facts_.types.type_of({module, callable.id()})))
            if (atom.kind == Atom::Kind::function && returns_aware(FunctionId{atom.id}, 0))
                return true;
        return false;
    }

  private:
    static constexpr unsigned max_depth = 4;

    [[nodiscard]] bool is_aware(ModuleId module, Node node, unsigned depth) const {
        if (depth > max_depth)
            return false;
        switch (node.kind()) {
        case Kind::parenthesized_expression: return is_aware(module, node.named_child(0), depth + 1);
        case Kind::binary_operator: return is_aware(module, node.child(Field::left), depth + 1);
        case Kind::identifier: {
            const ModuleBindings& bindings = facts_.symbols.bindings(module);
            return llvm::any_of(bindings.reaching(node.id()), [&](DefinitionId id) {
                const Definition& made = bindings.definition(id);
                const Node assignment = node.tree().node(made.node);
                return made.kind == DefinitionKind::assignment && assignment.is(Kind::assignment) &&
                       assignment.child(Field::left).id() == made.name &&
                       is_aware(module, assignment.child(Field::right), depth + 1);
            });
        }
        case Kind::call: return is_aware_call(module, node, depth);
        default: return false;
        }
    }

    [[nodiscard]] bool is_aware_call(ModuleId module, Node call, unsigned depth) const {
        const CallInfo* targets = facts_.types.call({module, call.id()});
        if (targets == nullptr || targets->targets.size() != 1)
            return false;
        const CallTarget& target = targets->targets[0];
        if (target.function)
            return returns_aware(target.function, depth + 1);
        const auto [owner, method] = llvm::StringRef(target.external).rsplit('.');
        if (owner != "datetime.datetime")
            return false;
        const auto gives_zone = [&](llvm::StringRef keyword, int position) {
            const Node zone = argument_value(find_argument(call, keyword, position));
            return zone && !zone.is(Kind::none_literal);
        };
        return method == "astimezone" || (method == "now" && gives_zone("tz", 0)) ||
               (method == "fromtimestamp" && gives_zone("tz", 1)) || (method == "replace" && gives_zone("tzinfo", 7));
    }

    [[nodiscard]] bool returns_aware(FunctionId id, unsigned depth) const {
        const FunctionInfo& info = facts_.symbols.function(id);
        const SyntaxTree& tree = facts_.module(info.module).tree;
        const Scope& scope = facts_.symbols.bindings(info.module).scope(info.scope);
        if (info.is_lambda)
            return is_aware(info.module, tree.node(info.node).child(Field::body), depth + 1);
        return llvm::any_of(scope.returns, [&](NodeId one) {
            const Node value = tree.node(one).named_child(0);
            return value && is_aware(info.module, value, depth + 1);
        });
    }

    const Facts& facts_;
};

/// Whether an engine of the program may come to use asyncpg.
bool uses_asyncpg(const MatchContext& context) {
    const FoundationContext foundation{context.facts.program, context.facts.symbols, context.facts.knowledge,
                                       context.facts.types, context.options.driver};
    for (const auto& module : context.facts.program.modules)
        for (const CallInfo& call : context.facts.types.calls(module->id)) {
            const Place place{module->id, call.node};
            if (made_by(foundation, place) == Made::engine && engine_url(foundation, place).may_use("asyncpg"))
                return true;
        }
    return false;
}

class StrictValues {
  public:
    StrictValues(const MatchContext& context, Node node, std::vector<Finding>& out)
        : context_(context), node_(node), out_(out), values_(context) {}

    void match() {
        switch (node_.kind()) {
        case Kind::call: match_call(); return;
        case Kind::assignment: {
            const Node left = node_.child(Field::left);
            if (left.is(Kind::attribute) && node_.child(Field::right))
                check(owners(left.child(Field::object), Atom::Kind::instance), left.child(Field::attribute).text(),
                      node_.child(Field::right));
            return;
        }
        default: {
            const auto sides = node_.named_children();
            if (sides.size() == 2 && sides[0].is(Kind::attribute))
                check(owners(sides[0].child(Field::object), Atom::Kind::class_),
                      sides[0].child(Field::attribute).text(), sides[1]);
        }
        }
    }

  private:
    /// `Model(column=value)`, `setattr(object, "column", value)`, `Column(String, default=value)`.
    void match_call() {
        const CallInfo* info = context_.facts.types.call(context_.place(node_));
        const llvm::ArrayRef<CallTarget> targets = info == nullptr ? llvm::ArrayRef<CallTarget>() : info->targets;
        const auto given = node_.child(Field::arguments).named_children();
        std::vector<ClassId> classes;
        for (const CallTarget& target : targets) {
            if (target.constructed)
                classes.push_back(target.constructed);
            const llvm::StringRef name = target.external;
            if (name == "builtins.setattr" && given.size() == 3 && given[1].is(Kind::string))
                check(owners(given[0], Atom::Kind::instance), first_string_content(given[1]).text(), given[2]);
            const Role role = context_.facts.knowledge.role(name.rsplit('.').first);
            if (role == Role::column || context_.facts.knowledge.role(name) == Role::column)
                match_default();
        }
        if (targets.empty())
            classes = owners(node_.child(Field::function), Atom::Kind::class_);
        for (const Node argument : given)
            if (argument.is(Kind::keyword_argument))
                check(classes, argument.child(Field::name).text(), argument.child(Field::value));
    }

    void match_default() {
        const Node value = argument_value(find_argument(node_, "default"));
        if (!value)
            return;
        const Place here = context_.place(node_);
        for (const ModelInfo& model : context_.facts.models.models())
            for (const ColumnInfo& column : model.columns) {
                if (column.place != here)
                    continue;
                Value given = values_.read(context_.module.id, value);
                if (given == Value::unknown && values_.gives_aware(context_.module.id, value))
                    given = Value::aware_moment;
                if (refuses(column, given))
                    report({&column}, given, value);
                return; // of a mixin's columns once is enough
            }
    }

    [[nodiscard]] std::vector<ClassId> owners(Node object, Atom::Kind kind) const {
        std::vector<ClassId> out;
        const TypeTable& types = context_.facts.types;
        for (const Atom& atom : types.store().atoms(types.type_of(context_.place(object)))) {
            if (atom.kind == kind)
                out.push_back(ClassId{atom.id});
            else if (atom.kind == Atom::Kind::type_variable && atom.bound == (kind == Atom::Kind::class_))
                llvm::append_range(out, models_of_subclasses());
        }
        return out;
    }

    /// The mapped classes that subclasses give to the generic class around the node: `class Posts(Base[Post])`.
    [[nodiscard]] std::vector<ClassId> models_of_subclasses() const {
        const Facts& facts = context_.facts;
        const TypeStore& store = facts.types.store();
        const ClassId around = facts.symbols.class_at(context_.place(node_.ancestor(Kind::class_definition)));
        std::vector<ClassId> out;
        for (const ClassInfo& one : facts.symbols.classes()) {
            if (!around || one.id == around || !llvm::is_contained(facts.types.linearised(one.id), around))
                continue;
            const Node bases = facts.module(one.module).tree.node(one.node).child(Field::superclasses);
            for (const Node base : bases ? bases.named_children() : llvm::SmallVector<Node, 8>())
                for (const Atom& atom : store.atoms(facts.types.type_of({one.module, base.id()})))
                    for (const TypeId given : atom.kind == Atom::Kind::class_ ? atom.args : std::vector<TypeId>())
                        if (const ClassId model = facts.types.mapped_instance(given);
                            model && !llvm::is_contained(out, model))
                            out.push_back(model);
        }
        return out;
    }

    void check(llvm::ArrayRef<ClassId> classes, llvm::StringRef name, Node value) {
        std::vector<const ColumnInfo*> columns;
        for (const ClassId id : classes)
            if (const ModelInfo* model = context_.facts.models.find(id))
                if (const ColumnInfo* column = model->column(name))
                    columns.push_back(column);
        if (columns.empty())
            return;
        const Value given = values_.read(context_.module.id, value);
        llvm::erase_if(columns, [&](const ColumnInfo* column) { return !refuses(*column, given); });
        if (!columns.empty())
            report(columns, given, value);
    }

    void report(llvm::ArrayRef<const ColumnInfo*> columns, Value given, Node value) {
        if (!uses_asyncpg(context_))
            return;
        const auto* words = llvm::find_if(value_names, [&](const ValueName& one) { return one.value == given; });
        std::string names;
        for (const ColumnInfo* column : columns.take_front(max_named))
            names +=
                (names.empty() ? "" : ", ") + context_.facts.symbols.class_(column->owner).name + "." + column->name;
        if (columns.size() > max_named)
            names += " and " + std::to_string(columns.size() - max_named) + " more";
        Finding finding;
        finding.code = "SA701";
        finding.place = context_.place(value);
        finding.range = value.range();
        finding.kind = "strict value";
        finding.counts = false;
        finding.status = FindingStatus::information;
        finding.message = words->words.str() + " for " + names;
        finding.reason = given == Value::aware_moment && columns[0]->naive
                             ? "the column is DateTime without timezone=True, and asyncpg refuses what psycopg2 took: "
                               "give it a naive "
                               "value, or the column timezone=True with a migration"
                             : "the column is a " + columns[0]->type +
                                   ", and asyncpg refuses what psycopg2 took: convert the value or change the column";
        out_.push_back(std::move(finding));
    }

    static constexpr std::size_t max_named = 3;

    const MatchContext& context_;
    Node node_;
    std::vector<Finding>& out_;
    ValueReader values_;
};

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering != Rendering::sync_twin)
        StrictValues(context, node, out).match();
}

const RegisteredRule rule{{.name = "strict_value",
                           .code = "SA701",
                           .summary = "values that asyncpg refuses for a column and psycopg2 took are reported",
                           .stage = Stage::async,
                           .kinds = {Kind::call, Kind::assignment, Kind::comparison_operator},
                           .match = match}};

} // namespace

} // namespace sqlawait
