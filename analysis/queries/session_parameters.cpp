// Sessions for functions that run a query which they are given (`paginate(query, page)`): a Query brings its own
// session, a Select has none. Where all calls of the function are known and each has a session at hand, the function
// takes it as a new first parameter; a caller that has none takes one in turn.
#include "analysis/queries/builder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

/// How far up callers are asked for a session.
constexpr unsigned session_depth = 3;

/// The name that a session goes by, from the expression for it: `db` of `self._db`.
llvm::StringRef name_in(llvm::StringRef expression) {
    return expression.drop_front(expression.rfind('.') + 1).ltrim('_');
}

/// Decorated with classmethod or staticmethod alone.
bool is_plain_method(Node definition) {
    const Node decorated = definition.parent();
    if (!decorated.is(Kind::decorated_definition))
        return false;
    return llvm::all_of(decorated.named_children(), [](Node part) {
        return !part.is(Kind::decorator) || part.text() == "@classmethod" || part.text() == "@staticmethod";
    });
}

} // namespace

const SessionParameter* QueryFlow::session_parameter(FunctionId function) const {
    const auto* found = llvm::lower_bound(session_parameters(), function,
                                          [](const SessionParameter& one, FunctionId id) { return one.function < id; });
    return found != session_parameters().end() && found->function == function ? found : nullptr;
}

const SessionParameter* QueryFlow::session_taker(Place call) const {
    const auto found = session_takers_.find(call);
    return found == session_takers_.end() ? nullptr : &session_parameters_[found->second];
}

/// Whether a word is used for anything in the text of a function.
bool QueryFlowBuilder::mentions(FunctionId id, llvm::StringRef name) const {
    const FunctionInfo& info = symbols_.function(id);
    const SyntaxTree& tree = program_.module(info.module).tree;
    for (NodeId node = info.node; node < tree.record(info.node).subtree_end; ++node)
        if (tree.record(node).kind == Kind::identifier && tree.node(node).text() == name)
            return true;
    return false;
}

/// Why a function's parameters can't change; "" they can.
std::string QueryFlowBuilder::may_take_session(FunctionId id) const {
    const FunctionInfo& info = symbols_.function(id);
    const Module& module = program_.module(info.module);
    const std::string named = "'" + info.name + "' ";
    if (info.is_lambda || (info.owner && llvm::StringRef(info.name).starts_with("__")))
        return named + "can take no further parameter";
    if (!module.editable())
        return named + "can't be edited";
    const Node definition = module.tree.node(info.node);
    if (definition.parent().is(Kind::decorated_definition) && !is_plain_method(definition))
        return named + "is decorated";
    if (calls_.entry(id).entry != Entry::none)
        return named + "is called from outside of the program";
    if (calls_.family(id).size() > 1)
        return named + "has overrides";
    if (info.owner && calls_.escapes(info.owner) && !calls_.open_calls(info.name).empty())
        return named + "may be called where the receiver is not known";
    if (calls_.callers(id).empty())
        return "nobody calls " + named + "here";
    for (const std::uint32_t index : calls_.callers(id)) {
        const CallEdge& edge = calls_.edges()[index];
        if (edge.kind != CallEdge::Kind::call || !edge.direct)
            return named + "is handed over as a value";
        const Module& caller = program_.module(edge.place.module);
        const Node call = caller.tree.node(edge.place.node);
        if (!caller.editable() || !call.is(Kind::call) || !call.child(Field::arguments).is(Kind::argument_list))
            return "a call of " + named + "can't be edited";
        // `Class.method(object, query)`: the first argument is the object.
        const Node callee = call.child(Field::function);
        if (info.owner && callee.is(Kind::attribute) && !is_plain_method(definition) &&
            llvm::any_of(types_.store().atoms(types_.type_of({edge.place.module, callee.child(Field::object).id()})),
                         [](const Atom& atom) { return atom.kind == Atom::Kind::class_; }))
            return named + "is called through its class";
    }
    return "";
}

/// An expression for the session at a call: what made the query that is passed, else what is in scope.
std::string QueryFlowBuilder::session_of_call(Place call, FunctionId callee) {
    module_ = &program_.module(call.module);
    bindings_ = &symbols_.bindings(call.module);
    const Node node = module_->tree.node(call.node);
    std::optional<ValueId> passed;
    for (const Node argument : node.child(Field::arguments).named_children()) {
        const Node value = argument.is(Kind::keyword_argument) ? argument.child(Field::value) : argument;
        const auto found = expressions_.find({call.module, value.id()});
        if (found != expressions_.end() &&
            llvm::any_of(values_[found->second].out, [&](std::uint32_t out) { return moves_[out].function == callee; }))
            passed = found->second;
    }
    return session_at(node, passed);
}

std::optional<SessionParameter> QueryFlowBuilder::session_parameter(FunctionId id, unsigned depth,
                                                                    std::string& reason) {
    if (const auto found = session_parameters_.find(id); found != session_parameters_.end())
        return found->second;
    reason = depth == 0 ? "its callers have none either" : may_take_session(id);
    if (!reason.empty())
        return std::nullopt;
    SessionParameter out;
    out.function = id;
    std::vector<Place> unserved;
    for (const std::uint32_t index : calls_.callers(id)) {
        const Place call = calls_.edges()[index].place;
        const std::string session = session_of_call(call, id);
        if (session.empty() && calls_.edges()[index].caller == id)
            out.arguments[call]; // it calls itself: its own parameter
        else if (session.empty())
            unserved.push_back(call);
        else
            out.arguments[call] = session;
    }
    for (const Place call : unserved) {
        FunctionId caller = symbols_.enclosing_function(call);
        while (caller && symbols_.function(caller).outer)
            caller = symbols_.function(caller).outer;
        auto taken = caller ? session_parameter(caller, depth - 1, reason) : std::nullopt;
        if (!taken) {
            if (!caller)
                reason = "module-level code calls '" + symbols_.function(id).name + "'";
            return std::nullopt;
        }
        out.arguments[call] = taken->name;
        session_parameters_.try_emplace(caller, std::move(*taken));
    }
    std::vector<llvm::StringRef> wanted;
    for (const auto& [call, session] : out.arguments)
        if (!session.empty())
            wanted.push_back(name_in(session));
    for (const llvm::StringRef common : {"db", "session", "db_session"})
        wanted.push_back(common);
    for (const llvm::StringRef name : wanted)
        if (out.name.empty() && !mentions(id, name))
            out.name = name.str();
    if (out.name.empty()) {
        reason = "no name for a session is free in '" + symbols_.function(id).name + "'";
        return std::nullopt;
    }
    for (auto& [call, session] : out.arguments)
        if (session.empty())
            session = out.name;
    return out;
}

void QueryFlowBuilder::find_session_parameters() {
    std::map<FunctionId, ValueId> first; // the value that the first chain of a function runs on
    for (const auto& [index, value] : chain_values_) {
        QueryChain& chain = flow_.chains_[index];
        if (!chain.terminal || !chain.session.empty() || chain.produces)
            continue;
        FunctionId function = symbols_.enclosing_function(chain.place);
        while (function && symbols_.function(function).outer)
            function = symbols_.function(function).outer;
        std::string reason;
        auto parameter = function ? session_parameter(function, session_depth, reason) : std::nullopt;
        if (!parameter) {
            if (!reason.empty())
                no_session_[index] = reason;
            continue;
        }
        chain.session = parameter->name;
        const auto [known, added] = first.try_emplace(function, value);
        if (added)
            parameter->chain = index;
        else // one parameter for all that the function runs: together or not at all
            parent_[find_root(value)] = find_root(known->second);
        session_parameters_[function] = *parameter;
    }
    for (auto& [function, parameter] : session_parameters_) {
        // One that only passes it on is of the web of whom it passes it to.
        for (const auto& [call, session] : parameter.arguments)
            flow_.session_takers_[call] = static_cast<std::uint32_t>(flow_.session_parameters_.size());
        flow_.session_parameters_.push_back(parameter);
    }
    for (SessionParameter& above : flow_.session_parameters_)
        for (const SessionParameter& below : flow_.session_parameters_)
            for (const auto& [call, session] : below.arguments)
                if (!first.contains(above.function) && symbols_.enclosing_function(call) == above.function)
                    above.chain = below.chain;
}

} // namespace sqlawait
