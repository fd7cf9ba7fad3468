#include "analysis/colour/session_classes.h"
#include "rewriters/engine/async_edits.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace sqlawait {

namespace {

/// What a generator's annotation becomes when the generator does.
struct IteratorName {
    llvm::StringLiteral sync;
    llvm::StringLiteral async;
};
constexpr IteratorName iterator_names[] = {
    {"Generator", "AsyncGenerator"}, {"Iterator", "AsyncIterator"}, {"Iterable", "AsyncIterable"}};

/// The class that stands for an outside class on the asynchronous side; "" when there is none.
std::string async_class_of(const MatchContext& context, llvm::StringRef dotted) {
    const ClassKnowledge* known = dotted.empty() ? nullptr : context.facts.knowledge.class_(dotted);
    return known == nullptr ? "" : known->async_class;
}

std::string spell_class(const MatchContext& context, Fix& fix, llvm::StringRef dotted) {
    const auto [package, name] = dotted.rsplit('.');
    return context.spell(fix, package, name);
}

/// A name that is used as a type: not what is called, imported, bound or a part of a longer name.
bool is_type_use(const MatchContext& context, Node node) {
    const Node parent = node.parent();
    if (parent.is_any(Kind::dotted_name, Kind::aliased_import, Kind::import_from_statement, Kind::import_statement))
        return false;
    if (parent.is(Kind::attribute) || (parent.is(Kind::call) && parent.child(Field::function) == node))
        return false;
    if (parent.is(Kind::keyword_argument) && node.field() == Field::name)
        return false;
    if (node.is(Kind::identifier)) {
        const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
        return bindings.symbol_at(node.id()) && !bindings.definition_at(node.id());
    }
    return true;
}

/// The dotted outside name that a word in a quoted annotation means.
std::string meaning_of(const MatchContext& context, llvm::StringRef word) {
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    const auto [head, rest] = word.split('.');
    const SymbolId symbol = bindings.lookup(ScopeId{0}, head);
    if (!symbol)
        return "";
    for (const DefinitionId definition : bindings.symbol(symbol).definitions)
        for (const Target& target : context.facts.symbols.resolve(context.module.id, definition))
            if (target.kind == Target::Kind::external)
                return context.facts.knowledge.canonical(rest.empty() ? target.external
                                                                      : target.external + "." + rest.str());
    return "";
}

/// `"Session | None"`: words inside of a quoted annotation.
void match_text(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (!node.ancestor(Kind::type) || node.child_token("interpolation"))
        return;
    const llvm::StringRef text = node.text();
    Fix fix;
    for (std::size_t at = 0; at < text.size();) {
        const auto is_word = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; };
        if (!is_word(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_word(text[end]))
            ++end;
        const std::string async = async_class_of(context, meaning_of(context, text.slice(at, end)));
        if (!async.empty()) {
            const Offset begin = node.begin() + static_cast<Offset>(at);
            fix.edits.push_back(
                replace({begin, begin + static_cast<Offset>(end - at)}, spell_class(context, fix, async)));
        }
        at = end;
    }
    if (!fix.edits.empty())
        out.push_back(edit_finding(context, node, "the annotation names the asynchronous class", std::move(fix)));
}

/// `-> Generator[Session, None, None]` of a generator that becomes asynchronous.
bool match_iterator(const MatchContext& context, Node node, llvm::StringRef dotted, std::vector<Finding>& out) {
    const auto [package, name] = dotted.rsplit('.');
    if (package != "typing" && package != "collections.abc")
        return false;
    const auto* known = llvm::find_if(iterator_names, [&](const IteratorName& one) { return one.sync == name; });
    if (known == std::end(iterator_names))
        return false;
    // Only the return type itself, not what it yields.
    const Node type = node.parent();
    const bool subscripted = type.is_any(Kind::generic_type, Kind::subscript) && type.named_child(0) == node;
    Node outer = subscripted ? type : node;
    while (outer.parent().is(Kind::type))
        outer = outer.parent();
    const Node function = outer.parent();
    if (!function.is(Kind::function_definition) || outer.field() != Field::return_type)
        return false;
    const FunctionId id = context.facts.symbols.function_at(context.place(function));
    const ColouredFunction& colour = context.facts.colours.function(id);
    if (!colour.turns_async || !context.facts.symbols.function(id).is_generator)
        return false;
    Fix fix;
    // From where the program has the other: typing, or collections.abc.
    const std::string own = context.facts.symbols.external_name(context.module.id, node);
    fix.edits.push_back(
        replace(node.range(), context.spell(fix, llvm::StringRef(own).rsplit('.').first, known->async)));
    if (name == "Generator" && subscripted) {
        // Generator[Y, S, R] -> AsyncGenerator[Y, S]
        auto arguments =
            type.is(Kind::subscript) ? type.children(Field::subscript) : type.named_child(1).named_children();
        if (arguments.size() == 3)
            fix.edits.push_back(replace({arguments[1].end(), arguments[2].end()}, ""));
        else if (arguments.size() == 1)
            fix.edits.push_back(insert(arguments[0].end(), ", None"));
    }
    out.push_back(edit_finding(context, node, "the generator is asynchronous", std::move(fix)));
    return true;
}

/// `Callable[..., AbstractContextManager[Session]]`: what gives an asynchronous session is entered asynchronously.
bool match_manager(const MatchContext& context, Node node, llvm::StringRef dotted, std::vector<Finding>& out) {
    const Node type = node.parent();
    if (dotted != "contextlib.AbstractContextManager" || !type.is_any(Kind::generic_type, Kind::subscript) ||
        type.named_child(0) != node)
        return false;
    const SyntaxTree& tree = context.module.tree;
    bool session = false;
    for (NodeId id = type.id(); id < tree.record(type.id()).subtree_end && !session; ++id) {
        const Node part = tree.node(id);
        const std::string inner = part.is_any(Kind::identifier, Kind::attribute) ? outside_name(context, part) : "";
        session = !inner.empty() && !async_class_of(context, inner).empty();
    }
    if (!session)
        return false;
    Fix fix;
    fix.edits.push_back(replace(node.range(), spell_class(context, fix, "contextlib.AbstractAsyncContextManager")));
    out.push_back(edit_finding(context, node, "what it gives is entered asynchronously", std::move(fix)));
    return true;
}

/// `db: Scoped`, a class of sessions of the program's own: an AsyncSession that works on one.
void match_own(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Facts& facts = context.facts;
    if (!node.ancestor(Kind::type))
        return;
    const ClassId own = own_session_class(facts.symbols, facts.types, facts.knowledge, context.module.id, node);
    if (!own || !session_class_refusal(facts.program, facts.symbols, facts.types, facts.knowledge, own).empty())
        return;
    Fix fix;
    fix.edits.push_back(
        replace(node.range(), spell_class(context, fix, async_class_of_own(facts.types, facts.knowledge, own))));
    out.push_back(edit_finding(context, node, "the asynchronous class", std::move(fix)));
}

/// `client: httpx.Client` of a parameter that is a TestClient, or `-> Iterator[httpx.Client]` of what gives one.
bool names_test_client(const MatchContext& context, Node node) {
    const auto is_client = [&](Node one) {
        return one && context.facts.types.has_role(context.place(one), Role::http_client) != Certainty::unknown;
    };
    Node owner = node.ancestor(Kind::type);
    while (owner &&
           !owner.is_any(Kind::typed_parameter, Kind::typed_default_parameter, Kind::function_definition, Kind::block))
        owner = owner.parent();
    if (!owner || owner.is(Kind::block))
        return false;
    if (!owner.is(Kind::function_definition)) {
        const FunctionId function =
            context.facts.symbols.function_at(context.place(owner.ancestor(Kind::function_definition)));
        const auto parameters = parameters_of(owner.ancestor(Kind::function_definition));
        for (std::size_t i = 0; function && i < parameters.size(); ++i)
            if (parameters[i].annotation != no_node && owner.tree().node(parameters[i].annotation).parent() == owner)
                return context.facts.types.has_role(context.facts.types.parameter(function, i), Role::http_client) !=
                       Certainty::unknown;
        return false;
    }
    const SyntaxTree& tree = owner.tree();
    for (NodeId id = owner.id(); id < tree.record(owner.id()).subtree_end; ++id)
        if (tree.node(id).is_any(Kind::yield, Kind::return_statement) && is_client(tree.node(id).named_child(0)))
            return true;
    return false;
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::string)) {
        if (writes_async(context, node))
            match_text(context, node, out);
        return;
    }
    if (!is_type_use(context, node))
        return;
    const std::string dotted = outside_name(context, node);
    if (dotted.empty() && writes_async(context, node))
        match_own(context, node, out);
    if (dotted.empty() || !writes_async(context, node) || match_iterator(context, node, dotted, out) ||
        match_manager(context, node, dotted, out))
        return;
    const std::string async = async_class_of(context, dotted);
    if (async.empty())
        return;
    const Role role = context.facts.knowledge.role(dotted);
    if (role == Role::query || (role == Role::none && !names_test_client(context, node)))
        return;
    Fix fix;
    fix.edits.push_back(replace(node.range(), spell_class(context, fix, async)));
    out.push_back(edit_finding(context, node, "the asynchronous class", std::move(fix)));
}

const RegisteredRule rule{{.name = "async_annotations",
                           .code = "SA303",
                           .summary = "annotations and isinstance checks name the asynchronous classes",
                           .stage = Stage::async,
                           .kinds = {Kind::identifier, Kind::attribute, Kind::string},
                           .match = match}};

} // namespace

} // namespace sqlawait
