// Calls on receivers that are not known. They might reach any method of that name, if an instance of its
// class gets to where nothing is known.
#include "analysis/calls/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

// Type arguments are nested no deeper than the store allows; this is for instances inside containers.
constexpr unsigned max_container_depth = TypeStore::max_depth;

/// Outside functions that give nothing away: what they are handed stays where it was.
bool keeps_to_itself(llvm::StringRef dotted) {
    const llvm::StringRef package = dotted.split('.').first;
    return llvm::is_contained({"builtins", "typing", "logging", "dataclasses", "inspect", "types", "abc", "warnings"},
                              package);
}

} // namespace

bool arguments_fit(Node call, llvm::ArrayRef<ParameterInfo> parameters, bool bound) {
    const Node arguments = call.child(Field::arguments);
    std::size_t given = 0;
    bool unpacked = false;
    llvm::SmallVector<llvm::StringRef, 4> keywords;
    if (arguments.is(Kind::generator_expression)) {
        given = 1;
    } else {
        for (const Node argument : arguments.named_children()) {
            if (argument.is(Kind::keyword_argument))
                keywords.push_back(argument.child(Field::name).text());
            else if (argument.is_any(Kind::list_splat, Kind::dictionary_splat, Kind::parenthesized_list_splat))
                unpacked = true;
            else
                ++given;
        }
    }
    std::size_t places = 0, required = 0;
    bool any_positional = false, any_keyword = false;
    for (std::size_t i = bound ? 1 : 0; i < parameters.size(); ++i) {
        const ParameterInfo& parameter = parameters[i];
        using PKind = ParameterInfo::Kind;
        if (parameter.kind == PKind::var_positional) {
            any_positional = true;
        } else if (parameter.kind == PKind::var_keyword) {
            any_keyword = true;
        } else {
            if (parameter.kind != PKind::keyword_only)
                ++places;
            if (parameter.default_value == no_node)
                ++required;
        }
    }
    if (given > places && !any_positional)
        return false;
    if (!any_keyword)
        for (const llvm::StringRef keyword : keywords)
            if (llvm::none_of(parameters, [&](const ParameterInfo& one) { return one.name == keyword; }))
                return false;
    return unpacked || given + keywords.size() >= required;
}

/// Whether a call may hand its arguments to code of which nothing is known.
bool CallGraphBuilder::goes_unknown(Node call) const {
    const CallInfo* info = types_.call(place(call));
    if (info == nullptr || !info->complete)
        return true;
    return llvm::any_of(info->targets, [&](const CallTarget& target) {
        return !target.function && !target.constructed && !keeps_to_itself(target.external) &&
               !known_callable(knowledge_, target.external);
    });
}

void CallGraphBuilder::escape(TypeId type, unsigned depth) {
    for (const Atom& atom : types_.store().atoms(type)) {
        if (atom.kind == Atom::Kind::instance || atom.kind == Atom::Kind::class_)
            for (const ClassId id : types_.linearised(ClassId{atom.id}))
                graph_.escapes_[id.value] = true;
        if (depth < max_container_depth)
            for (const TypeId inner : atom.args)
                escape(inner, depth + 1);
    }
}

void CallGraphBuilder::read_open_calls() {
    for (const auto& module : program_.modules) {
        module_ = module.get();
        const SyntaxTree& tree = module->tree;
        for (NodeId id = 0; id < tree.size(); ++id) {
            const Node node = tree.node(id);
            if (node.is(Kind::call)) {
                const Node callee = node.child(Field::function);
                const CallInfo* info = types_.call(place(node));
                if (info != nullptr && !info->complete && callee.is(Kind::attribute))
                    graph_.open_calls_[callee.child(Field::attribute).text().str()].push_back(place(node));
                const Node arguments = node.child(Field::arguments);
                if (!arguments.is(Kind::argument_list) || !goes_unknown(node))
                    continue;
                for (const Node argument : arguments.named_children()) {
                    Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
                    if (value.is_any(Kind::list_splat, Kind::dictionary_splat))
                        value = value.named_child(0);
                    escape(types_.type_of(place(value)), 0);
                }
            } else if (node.is(Kind::assignment)) {
                const Node left = node.child(Field::left), right = node.child(Field::right);
                if (!right || !left.is_any(Kind::attribute, Kind::subscript))
                    continue;
                const Node object = left.child(left.is(Kind::attribute) ? Field::object : Field::value);
                if (types_.store().has_unknown(types_.type_of(place(object))))
                    escape(types_.type_of(place(right)), 0);
            }
        }
    }
}

} // namespace sqlawait
