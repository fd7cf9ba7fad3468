// Which session a stored query was made with, or of which class it is, in the words of the function that runs it: back
// from the value to its makers, through calls, with `self` and parameters replaced by what the call says.
//
//     class Books:                                      for book in store.books():
//         def books(self): return self.db.query(Book)   ->  store.db
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

constexpr unsigned max_calls = 4;

} // namespace

/// A path in a callee's words, in those of the place that calls it; "" when they can't say it.
QueryFlowBuilder::SessionPath QueryFlowBuilder::translated(const SessionPath& path, FunctionId callee, Node call,
                                                           ModuleId module) const {
    const FunctionInfo& info = symbols_.function(callee);
    const SyntaxTree& tree = program_.module(info.module).tree;
    const auto [root, tail] = llvm::StringRef(path.text).split('.');
    const std::string rest = tail.empty() ? "" : "." + tail.str();
    const auto parameters = parameters_of(tree.node(info.node));
    const auto own = llvm::find_if(parameters, [&](const ParameterInfo& one) { return one.name == root; });
    if (own == parameters.end()) // a session of the module
        return path.root == no_node && info.module == module ? path : SessionPath{};
    const ModuleBindings& bindings = symbols_.bindings(info.module);
    const SymbolId symbol = bindings.symbol_at(own->name_node);
    if (!symbol || bindings.symbol(symbol).definitions.size() != 1)
        return {};
    const auto say = [&](Node given) {
        return is_path(given) ? SessionPath{given.text().str() + rest, root_of(given).id()} : SessionPath{};
    };
    const auto index = static_cast<std::size_t>(own - parameters.begin());
    if (call.is(Kind::attribute)) // a property
        return index == 0 ? say(call.child(Field::object)) : SessionPath{};
    const CallInfo* known = types_.call({module, call.id()});
    if (known == nullptr)
        return {};
    for (const CallTarget& target : known->targets) {
        if (target.function != callee || target.constructed)
            continue;
        const unsigned skip = target.bound ? 1 : 0;
        const Node function = call.child(Field::function);
        if (index < skip)
            return function.is(Kind::attribute) && !call_of_super(function.child(Field::object))
                       ? say(function.child(Field::object))
                   : function.is(Kind::attribute) ? own_receiver(call, module, rest)
                                                  : SessionPath{};
        for (const ArgumentMatch& match : match_arguments(call, parameters, skip))
            if (match.parameter == index)
                return say(call.tree().node(match.argument));
    }
    return {};
}

/// `super()`
bool QueryFlowBuilder::call_of_super(Node node) {
    return node.is(Kind::call) && node.child(Field::function).text() == "super";
}

/// The receiver of the method around a call, for `super().method()`.
QueryFlowBuilder::SessionPath QueryFlowBuilder::own_receiver(Node call, ModuleId module,
                                                             const std::string& rest) const {
    const FunctionId around = symbols_.enclosing_function({module, call.id()});
    if (!around || !symbols_.function(around).owner)
        return {};
    const auto parameters = parameters_of(call.tree().node(symbols_.function(around).node));
    return parameters.empty() ? SessionPath{} : SessionPath{parameters[0].name + rest, parameters[0].name_node};
}

/// Of `session.query(Entity)` the session, or the class when it is asked for one alone; no node if it can't be seen.
Node QueryFlowBuilder::said_by_producer(PathTo what, Node call) {
    const Node callee = call.child(Field::function);
    if (!callee.is(Kind::attribute) || callee.child(Field::attribute).text() != "query")
        return {};
    if (what == PathTo::session)
        return callee.child(Field::object);
    const Arguments arguments = arguments_of(call);
    return arguments.positional.size() == 1 && arguments.keywords.empty() && !arguments.unpacked
               ? arguments.positional[0]
               : Node();
}

/// All paths that a value's makers used, in the words of `function`; false when there may be others.
bool QueryFlowBuilder::collect_paths(PathTo what, ValueId value, FunctionId function, unsigned depth,
                                     std::map<std::string, SessionPath>& out) const {
    std::set<ValueId> seen{value};
    llvm::SmallVector<ValueId, 8> open{value};
    while (!open.empty()) {
        const ValueId at = open.pop_back_val();
        const Place place = values_[at].place;
        const SyntaxTree& tree = program_.module(place.module).tree;
        if (values_[at].producer) {
            const Node said = said_by_producer(what, tree.node(place.node));
            if (symbols_.enclosing_function(place) != function || !said || !is_path(said))
                return false;
            const ModuleBindings& bindings = symbols_.bindings(place.module);
            const SymbolId symbol = bindings.symbol_at(root_of(said).id());
            const bool global = symbol && bindings.symbol(symbol).scope == ScopeId{0};
            out[said.text().str()] = {said.text().str(), global ? no_node : root_of(said).id()};
            continue;
        }
        const auto passes_through = [&](const Move& result) {
            return llvm::any_of(values_[at].in, [&](std::uint32_t in) {
                return moves_[in].kind == MoveKind::through && moves_[in].function == result.function;
            });
        };
        if (values_[at].in.empty())
            return false;
        for (const std::uint32_t in : values_[at].in) {
            const Move& move = moves_[in];
            if (move.kind == MoveKind::together || (move.kind == MoveKind::result && passes_through(move)))
                continue;
            if (move.kind == MoveKind::argument)
                return false; // the caller's
            if (move.kind != MoveKind::result) {
                if (seen.insert(move.from).second)
                    open.push_back(move.from);
                continue;
            }
            std::map<std::string, SessionPath> inner;
            if (depth >= max_calls || !values_[at].expression ||
                !collect_paths(what, move.from, move.function, depth + 1, inner))
                return false;
            for (const auto& [text, path] : inner) {
                const SessionPath here = translated(path, move.function, tree.node(place.node), place.module);
                if (here.text.empty())
                    return false;
                out[here.text] = here;
            }
        }
    }
    return true;
}

/// The session that a query at this place was made with, or its class, when that is one and the place can name it;
/// "" if not.
std::string QueryFlowBuilder::made_with(PathTo what, Node node, ValueId value) const {
    std::map<std::string, SessionPath> paths;
    const FunctionId function = symbols_.enclosing_function(place(node));
    if (!collect_paths(what, value, function, 0, paths) || paths.size() != 1)
        return "";
    const SessionPath& path = paths.begin()->second;
    return path.root == no_node || still_means(node.tree().node(path.root), node) ? path.text : "";
}

} // namespace sqlawait
