// `getattr(self, f"do_{name}")`: which methods that may be is known by the constant parts of the name.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// What is certain of a name that is made at run time.
struct NamePattern {
    std::string prefix, suffix;
};

std::string plain_text(Node string) {
    std::string out;
    for (const Node child : string.children())
        if (child.is(Kind::string_content))
            out += child.text();
    return out;
}

NamePattern pattern_of(Node expression) {
    NamePattern out;
    if (expression.is(Kind::string)) {
        bool interpolated = false;
        for (const Node child : expression.named_children()) {
            if (child.is(Kind::interpolation))
                interpolated = true, out.suffix.clear();
            else if (child.is(Kind::string_content))
                (interpolated ? out.suffix : out.prefix) += child.text();
        }
    } else if (expression.is(Kind::binary_operator) && expression.child_token("+")) {
        const Node left = expression.child(Field::left), right = expression.child(Field::right);
        if (left.is(Kind::string))
            out.prefix = plain_text(left);
        if (right.is(Kind::string))
            out.suffix = plain_text(right);
    }
    return out;
}

} // namespace

/// One use of what getattr gave: called, asked about, or handed on.
void CallGraphBuilder::read_dynamic_use(Node use, const std::vector<FunctionId>& functions) {
    const Node at = value_position(use);
    const Node up = at.parent();
    const bool called = up.is(Kind::call) && at.field() == Field::function;
    if (!called && (up.is_any(Kind::comparison_operator, Kind::not_operator, Kind::if_statement, Kind::boolean_operator,
                              Kind::assert_statement, Kind::attribute) ||
                    (up.is(Kind::argument_list) && up.parent().child(Field::function).text() == "callable")))
        return;
    for (const FunctionId function : functions)
        add({.caller = symbols_.enclosing_function(place(use)),
             .callee = function,
             .place = place(called ? up : use),
             .kind = called ? CallEdge::Kind::call : CallEdge::Kind::reference,
             .entry = Entry::unknown});
}

void CallGraphBuilder::read_dynamic_attribute(Node call) {
    const Node callee = call.child(Field::function);
    const ModuleBindings& bindings = symbols_.bindings(module_->id);
    if (!callee.is(Kind::identifier) || callee.text() != "getattr" || !bindings.reaching(callee.id()).empty())
        return;
    const Node object = call.child(Field::arguments).named_child(0);
    const Node name = call.child(Field::arguments).named_child(1);
    const TypeStore& store = types_.store();
    if (!name ||
        store.all(types_.type_of(place(name)), [](const Atom& atom) { return atom.kind == Atom::Kind::literal; }))
        return; // inference followed it
    const NamePattern pattern = pattern_of(name);
    std::vector<FunctionId> functions;
    const auto consider = [&](FunctionId id) {
        const llvm::StringRef own = symbols_.function(id).name;
        if (own.size() >= pattern.prefix.size() + pattern.suffix.size() && own.starts_with(pattern.prefix) &&
            own.ends_with(pattern.suffix) && !own.starts_with("__") && !llvm::is_contained(functions, id))
            functions.push_back(id);
    };
    for (const Atom& atom : store.atoms(types_.type_of(place(object)))) {
        if (atom.kind == Atom::Kind::module) {
            for (const FunctionInfo& function : symbols_.functions())
                if (function.module == ModuleId{atom.id} && !function.owner && !function.outer && !function.is_lambda)
                    consider(function.id);
            continue;
        }
        if (atom.kind != Atom::Kind::instance && atom.kind != Atom::Kind::class_)
            continue;
        std::vector<ClassId> classes(types_.linearised(ClassId{atom.id}));
        for (std::size_t i = 0; i < classes.size(); ++i)
            for (const ClassId below : types_.subclasses(classes[i]))
                if (llvm::is_contained(types_.linearised(below), ClassId{atom.id}) &&
                    !llvm::is_contained(classes, below))
                    classes.push_back(below);
        for (const ClassId id : classes)
            for (const FunctionId method : symbols_.class_(id).methods)
                consider(method);
    }
    if (functions.empty())
        return;
    const Node at = value_position(call);
    const Node up = at.parent();
    const Node left = up.is(Kind::assignment) && at.field() == Field::right ? up.child(Field::left) : Node();
    const SymbolId symbol = left.is(Kind::identifier) ? bindings.symbol_at(left.id()) : SymbolId();
    if (!symbol || bindings.scope(bindings.symbol(symbol).scope).kind != ScopeKind::function)
        return read_dynamic_use(call, functions);
    for (const NodeId read : bindings.symbol(symbol).references)
        read_dynamic_use(module_->tree.node(read), functions);
}

} // namespace sqlawait
