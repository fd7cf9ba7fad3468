// Conditions: what a name is where a test of it is known to have held, or not to have. Asked are isinstance(), being
// None, being true, and the patterns of `match`.
//
// A test says something of a value that passed it: of a definition outside of the text where the test holds.
#include "analysis/inference/evaluator.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

Node without_brackets(Node node) {
    while (node.is(Kind::parenthesized_expression) && node.named_children().size() == 1)
        node = node.named_child(0);
    return node;
}

/// The name that an operand of a test is, or is bound to on the way; none for other expressions.
Node tested_name(Node operand) {
    operand = without_brackets(operand);
    if (operand.is(Kind::named_expression))
        operand = operand.child(Field::name);
    return operand.is(Kind::identifier) ? operand : Node();
}

/// `x is None`, `None != x`: the name, and whether it says that it is None.
std::pair<Node, bool> none_test(Node comparison) {
    const auto operands = comparison.named_children();
    if (!comparison.is(Kind::comparison_operator) || operands.size() != 2)
        return {};
    const bool same = comparison.child_token("is") || comparison.child_token("==");
    const bool differs = comparison.child_token("is not") || comparison.child_token("!=");
    if (same == differs)
        return {};
    if (operands[1].is(Kind::none_literal))
        return {tested_name(operands[0]), same};
    return {operands[0].is(Kind::none_literal) ? tested_name(operands[1]) : Node(), same};
}

/// The name that a call of isinstance() asks of; none for other expressions.
Node asked_of(Node call) {
    if (!call.is(Kind::call) || call.child(Field::function).text() != "isinstance")
        return {};
    const auto arguments = call.child(Field::arguments).named_children();
    return arguments.size() == 2 ? tested_name(arguments[0]) : Node();
}

/// The names that a condition tests.
void tested_names(Node condition, std::vector<Node>& out) {
    condition = without_brackets(condition);
    switch (condition.kind()) {
    case Kind::not_operator: tested_names(condition.child(Field::argument), out); return;
    case Kind::boolean_operator:
        tested_names(condition.child(Field::left), out);
        tested_names(condition.child(Field::right), out);
        return;
    case Kind::call:
        if (const Node name = asked_of(condition))
            out.push_back(name);
        return;
    case Kind::comparison_operator:
        if (const Node name = none_test(condition).first)
            out.push_back(name);
        return;
    default:
        if (const Node name = tested_name(condition))
            out.push_back(name);
        return;
    }
}

/// Whether control never goes on behind a block.
bool leaves(Node block) {
    Node last;
    for (const Node statement : block.named_children())
        if (!statement.is(Kind::comment))
            last = statement;
    return last.is_any(Kind::return_statement, Kind::raise_statement, Kind::continue_statement, Kind::break_statement);
}

/// Whether a block binds the name on its way: `if db is None: db = make()`.
bool binds(Node block, llvm::StringRef name) {
    return llvm::any_of(block.named_children(), [&](Node statement) {
        const Node assignment = statement.is(Kind::expression_statement) ? statement.named_child(0) : Node();
        return assignment.is(Kind::assignment) && assignment.child(Field::left).is(Kind::identifier) &&
               assignment.child(Field::left).text() == name;
    });
}

/// The def, lambda, class or module whose code a node is.
NodeId code_around(Node node) {
    while (node && !node.is_any(Kind::function_definition, Kind::lambda, Kind::class_definition, Kind::module))
        node = node.parent();
    return node ? node.id() : no_node;
}

ByteRange behind(Node statement) { return {statement.range().end, statement.parent().range().end}; }

/// Of a name that is tested more often than this nothing further is learned: each read of it looks at all of them.
constexpr std::size_t max_tests = 64;

} // namespace

/// Where the tests of one module hold, by the symbol that is tested.
class TestReader {
  public:
    TestReader(const Module& module, const ModuleBindings& bindings, ModuleTests& out)
        : module_(module), bindings_(bindings), out_(out) {}

    void read() {
        for (NodeId id = 0; id < module_.tree.size(); ++id)
            read(module_.tree.node(id));
    }

  private:
    void read(Node node) {
        switch (node.kind()) {
        case Kind::if_statement: read_if(node); return;
        case Kind::while_statement: add(node.child(Field::condition), true, node.child(Field::body).range()); return;
        case Kind::conditional_expression: {
            const auto parts = node.named_children();
            if (parts.size() != 3)
                return;
            add(parts[1], true, parts[0].range());
            add(parts[1], false, parts[2].range());
            return;
        }
        case Kind::boolean_operator:
            add(node.child(Field::left), node.child(Field::operator_).is_token("and"),
                node.child(Field::right).range());
            return;
        case Kind::assert_statement: add(node.named_child(0), true, behind(node)); return;
        case Kind::if_clause:
            if (const Node body = node.parent().child(Field::body))
                add(node.named_child(0), true, body.range());
            return;
        case Kind::match_statement: read_match(node); return;
        default: return;
        }
    }

    void read_if(Node node) {
        const Node condition = node.child(Field::condition), consequence = node.child(Field::consequence);
        add(condition, true, consequence.range());
        // What stands behind a branch is reached where its condition failed.
        const auto failed_behind = [&](Node failed, Node branch) {
            add(failed, false, {branch.range().end, node.range().end});
        };
        if (node.child(Field::alternative)) {
            failed_behind(condition, consequence);
            for (Node child = node.first_child(); child; child = child.next_sibling()) {
                if (!child.is(Kind::elif_clause))
                    continue;
                const Node own = child.child(Field::condition), branch = child.child(Field::consequence);
                add(own, true, branch.range());
                failed_behind(own, branch);
            }
            return;
        }
        if (leaves(consequence)) {
            add(condition, false, behind(node), consequence.range());
            return;
        }
        std::vector<Node> names;
        tested_names(condition, names);
        for (const Node name : names)
            if (binds(consequence, name.text()))
                add_one(name, {condition.id(), false, behind(node), consequence.range()});
    }

    void read_match(Node node) {
        const auto subjects = node.children(Field::subject);
        const Node name = subjects.size() == 1 ? tested_name(subjects[0]) : Node();
        for (const Node clause : node.child(Field::body).named_children()) {
            const Node pattern = clause.named_child(0), body = clause.child(Field::consequence);
            const bool one = pattern.is(Kind::case_pattern) && !clause.child_token(",");
            if (name && body && one)
                add_one(name, {pattern.id(), true, body.range(), {}});
        }
    }

    void add(Node condition, bool holds, ByteRange where, ByteRange rebinds = {}) {
        std::vector<Node> names;
        tested_names(condition, names);
        for (const Node name : names)
            add_one(name, {condition.id(), holds, where, rebinds});
    }

    void add_one(Node name, NameTest test) {
        const SymbolId symbol = bindings_.symbol_at(name.id());
        if (symbol && out_[symbol.value].size() < max_tests)
            out_[symbol.value].push_back(test);
    }

    const Module& module_;
    const ModuleBindings& bindings_;
    ModuleTests& out_;
};

void Inference::read_tests() {
    tests_.resize(program_.modules.size());
    for (const auto& module : program_.modules)
        TestReader(*module, symbols_.bindings(module->id), tests_[module->id.value]).read();
}

/// What a definition of a name gives to a place that reads it.
TypeId Inference::narrowed(Node name, SymbolId symbol, DefinitionId definition, TypeId type) {
    const auto tests = tests_[module_->id.value].find(symbol.value);
    if (tests == tests_[module_->id.value].end())
        return type;
    const SyntaxTree& tree = module_->tree;
    const ByteRange made = tree.node(bindings_->definition(definition).name).range();
    for (const NameTest& test : tests->second) {
        if (!test.where.contains(name.range()) || test.where.contains(made) || test.rebinds.contains(made))
            continue;
        const Node condition = tree.node(test.condition);
        if (code_around(condition) == code_around(name))
            type = condition.is(Kind::case_pattern) ? after_match(condition, type)
                                                    : after_test(symbol, condition, test.holds, type);
    }
    return type;
}

/// A type once a condition is known to hold, or not to.
TypeId Inference::after_test(SymbolId symbol, Node condition, bool holds, TypeId type) {
    condition = without_brackets(condition);
    const auto is_asked = [&](Node name) { return name && bindings_->symbol_at(name.id()) == symbol; };
    switch (condition.kind()) {
    case Kind::not_operator: return after_test(symbol, condition.child(Field::argument), !holds, type);
    case Kind::boolean_operator: {
        const Node left = condition.child(Field::left), right = condition.child(Field::right);
        if (condition.child(Field::operator_).is_token("and") == holds)
            return after_test(symbol, right, holds, after_test(symbol, left, holds, type));
        return types_.join(after_test(symbol, left, holds, type), after_test(symbol, right, holds, type));
    }
    case Kind::call:
        if (!is_asked(asked_of(condition)))
            return type;
        return after_isinstance(evaluate(condition.child(Field::arguments).named_child(1)), holds, type);
    case Kind::comparison_operator: {
        const auto [name, is_none] = none_test(condition);
        if (!is_asked(name))
            return type;
        return is_none == holds ? type : types_.without_none(type);
    }
    default: return holds && is_asked(tested_name(condition)) ? types_.without_none(type) : type;
    }
}

bool Inference::is_of_class(const Atom& atom, const Atom& class_) const {
    if (class_.kind == Atom::Kind::class_)
        return atom.kind == Atom::Kind::instance &&
               llvm::is_contained(table_.linearised(ClassId{atom.id}), ClassId{class_.id});
    const llvm::StringRef wanted = types_.text(class_.id);
    if (atom.kind == Atom::Kind::instance)
        return llvm::any_of(table_.external_bases(ClassId{atom.id}), [&](const std::string& base) {
            return base == wanted || knowledge_.is_subclass(base, wanted);
        });
    if (atom.kind == Atom::Kind::literal)
        return wanted == "builtins.str";
    const llvm::StringRef own = types_.external_class(atom);
    return !own.empty() && (own == wanted || knowledge_.is_subclass(own, wanted));
}

TypeId Inference::after_isinstance(TypeId classes, bool holds, TypeId type) {
    std::vector<Atom> wanted;
    for (const Atom& atom : types_.atoms(classes).vec()) {
        // isinstance(x, (A, B))
        const bool several = types_.external_class(atom) == "builtins.tuple";
        for (const TypeId part : several ? atom.args : std::vector<TypeId>{types_.make({atom})})
            for (const Atom& one : types_.atoms(part).vec())
                wanted.push_back(one);
    }
    const bool known = !wanted.empty() && llvm::all_of(wanted, [](const Atom& one) {
        return one.kind == Atom::Kind::class_ || (one.kind == Atom::Kind::external && !one.bound);
    });
    if (!known || type == TypeStore::nothing)
        return type;
    TypeId out = holds && types_.has_unknown(type) ? instance_of(types_.make(wanted)) : TypeStore::nothing;
    for (const Atom& atom : types_.atoms(type).vec()) {
        const bool fits = llvm::any_of(wanted, [&](const Atom& one) { return is_of_class(atom, one); });
        if (fits == holds || (!holds && atom.kind == Atom::Kind::unknown))
            out = types_.join(out, types_.make({atom}));
    }
    if (!holds || out != TypeStore::nothing)
        return out;
    return instance_of(types_.make(std::move(wanted))); // of both: what the test says is nearer
}

} // namespace sqlawait
