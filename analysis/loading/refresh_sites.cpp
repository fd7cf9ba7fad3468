#include "analysis/loading/refresh_sites.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// The first statement of the body of a compound statement or clause.
/// Where something is put in front of the first statement.
bool begins_body(Node site) { return site.is_any(Kind::for_statement, Kind::except_clause, Kind::block); }

Node body_of(Node clause) {
    if (clause.is(Kind::block))
        return clause;
    if (const Node body = clause.child(Field::body))
        return body;
    for (const Node child : clause.named_children())
        if (child.is(Kind::block))
            return child;
    return {};
}

bool starts_its_line(Node statement) {
    const SourceText& source = statement.tree().source();
    const Offset line = source.lines.line_begin(source.lines.at(statement.begin()).line);
    return source.slice({line, statement.begin()}).trim(" \t").empty();
}

bool ends_its_line(Node statement) {
    const llvm::StringRef rest = llvm::StringRef(statement.tree().source().text).drop_front(statement.end());
    const llvm::StringRef behind = rest.take_until([](char c) { return c == '\n' || c == '\r'; }).trim(" \t");
    return behind.empty() || behind.starts_with("#");
}

bool leaves(Node block) {
    const auto statements = block.named_children();
    return !statements.empty() && statements.back().is_any(Kind::return_statement, Kind::raise_statement,
                                                           Kind::continue_statement, Kind::break_statement);
}

/// `not x`, `x is None`, or one of several of which one is enough.
bool tests_for_none(Node condition, llvm::StringRef variable) {
    if (condition.is(Kind::parenthesized_expression))
        return tests_for_none(condition.named_child(0), variable);
    if (condition.is(Kind::not_operator))
        return condition.child(Field::argument).text() == variable;
    if (condition.is(Kind::comparison_operator)) {
        const auto parts = condition.named_children();
        return parts.size() == 2 && parts[0].text() == variable && parts[1].is(Kind::none_literal) &&
               !condition.text().contains(" not ") && !condition.text().contains("!=");
    }
    if (condition.is(Kind::boolean_operator) && condition.child_token("or"))
        return tests_for_none(condition.child(Field::left), variable) ||
               tests_for_none(condition.child(Field::right), variable);
    return false;
}

/// `x`, `x is not None`, or one of several that all hold.
bool tests_for_object(Node condition, llvm::StringRef variable) {
    if (condition.is(Kind::parenthesized_expression))
        return tests_for_object(condition.named_child(0), variable);
    if (condition.is(Kind::identifier))
        return condition.text() == variable;
    if (condition.is(Kind::comparison_operator)) {
        const auto parts = condition.named_children();
        return parts.size() == 2 && parts[0].text() == variable && parts[1].is(Kind::none_literal) &&
               (condition.text().contains(" not ") || condition.text().contains("!="));
    }
    if (condition.is(Kind::boolean_operator) && condition.child_token("and"))
        return tests_for_object(condition.child(Field::left), variable) ||
               tests_for_object(condition.child(Field::right), variable);
    return false;
}

/// `select(...).where(...).options(...)`
bool starts_with_select(Node chain) {
    while (chain.is(Kind::call) && chain.child(Field::function).is(Kind::attribute))
        chain = chain.child(Field::function).child(Field::object);
    return chain.is(Kind::call) && chain.child(Field::function).text() == "select";
}

/// Whether an attribute of the variable is certainly read or set by this part.
bool certainly_uses(Node part, llvm::StringRef variable) {
    const SyntaxTree& tree = part.tree();
    for (NodeId id = part.id(); id < tree.record(part.id()).subtree_end; ++id) {
        const Node one = tree.node(id);
        if (one.is_any(Kind::block, Kind::lambda, Kind::conditional_expression, Kind::boolean_operator,
                       Kind::list_comprehension, Kind::set_comprehension, Kind::dictionary_comprehension,
                       Kind::generator_expression, Kind::function_definition)) {
            id = tree.record(id).subtree_end - 1;
            continue;
        }
        if (one.is(Kind::attribute) && one.child(Field::object).is(Kind::identifier) &&
            one.child(Field::object).text() == variable)
            return true;
    }
    return false;
}

} // namespace

bool RefreshSites::has_room(Place site) const {
    Node statement = node(site);
    if (begins_body(statement)) {
        statement = body_of(statement).named_child(0);
        return statement && starts_its_line(statement);
    }
    if (!statement.is_any(Kind::expression_statement, Kind::with_statement, Kind::return_statement,
                          Kind::assert_statement, Kind::delete_statement, Kind::if_statement))
        return false;
    return statement.parent().is(Kind::block) && starts_its_line(statement) && ends_its_line(statement) &&
           symbols_.enclosing_function(site);
}

bool RefreshSites::is_session(TypeId type) const {
    return types_.has_role(type, Role::session) != Certainty::unknown ||
           types_.has_role(type, Role::async_session) != Certainty::unknown ||
           types_.has_role(type, Role::scoped_session) != Certainty::unknown;
}

/// A name or an attribute of a name that is there before `before`.
std::string RefreshSites::session_inside(ModuleId module, Node part, Offset before) const {
    const SyntaxTree& tree = part.tree();
    const ModuleBindings& bindings = symbols_.bindings(module);
    for (NodeId id = part.id(); id < tree.record(part.id()).subtree_end; ++id) {
        const Node one = tree.node(id);
        if (!one.is_any(Kind::identifier, Kind::attribute) || !is_session(types_.type_of({module, id})))
            continue;
        Node root = one;
        while (root.is(Kind::attribute))
            root = root.child(Field::object);
        if (!root.is(Kind::identifier) || !bindings.is_read(root.id()))
            continue;
        const bool there = llvm::all_of(bindings.reaching(root.id()), [&](DefinitionId made) {
            return tree.node(bindings.definition(made).name).begin() < before;
        });
        if (there && !bindings.reaching(root.id()).empty())
            return one.text().str();
    }
    return "";
}

std::string RefreshSites::session(Place site) const {
    const Node statement = node(site);
    const FunctionId function = symbols_.enclosing_function(site);
    if (!function)
        return "";
    if (!begins_body(statement) && !statement.is_any(Kind::with_statement, Kind::if_statement))
        if (std::string found = session_inside(site.module, statement, statement.begin()); !found.empty())
            return found;
    const FunctionInfo& info = symbols_.function(function);
    const Node own = node({info.module, info.node});
    const auto parameters = parameters_of(own);
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (is_session(types_.type_of({info.module, parameters[i].name_node})) ||
            is_session(types_.parameter(function, i))) // one that is not used so far
            return parameters[i].name;
    // What the code around the place used before.
    return session_inside(site.module, own.child(Field::body), statement.begin());
}

std::set<std::string> RefreshSites::loaded_there(Place site, llvm::StringRef variable, bool behind) const {
    Node at = node(site);
    if (begins_body(at) && !behind)
        at = body_of(at).named_child(0);
    else
        at = at.next_sibling();
    std::set<std::string> out;
    for (; at; at = at.next_sibling()) {
        if (at.is(Kind::comment))
            continue;
        Node inner = at;
        std::string subject = variable.str();
        bool own = true; // else it loads something of another variable
        if (inner.is(Kind::if_statement) && !inner.child(Field::alternative)) {
            own = tests_for_object(inner.child(Field::condition), variable);
            inner = inner.child(Field::consequence);
        } else if (inner.is(Kind::for_statement)) {
            own = inner.child(Field::right).text() == variable;
            subject = inner.child(Field::left).text().str();
            inner = inner.child(Field::body);
        } else if (!inner.is(Kind::expression_statement)) {
            return out;
        }
        std::size_t loads = 0;
        const SyntaxTree& tree = inner.tree();
        for (NodeId id = inner.id(); id < tree.record(inner.id()).subtree_end; ++id) {
            const Node call = tree.node(id);
            if (!call.is(Kind::call) || !call.child(Field::function).is(Kind::attribute))
                continue;
            const llvm::StringRef method = call.child(Field::function).child(Field::attribute).text();
            const Node arguments = call.child(Field::arguments);
            const auto given = arguments.named_children();
            if (method == "expire" && given.size() == 2) {
                ++loads; // of what a statement behind it loads
                continue;
            }
            if (method == "refresh" && given.size() == 1) {
                ++loads;
                if (own && given[0].text() == subject)
                    out.insert("*");
                continue;
            }
            const bool named = given.size() >= 2 && (method == "refresh" || method == "get");
            const bool selected = given.size() == 1 && method == "scalar" && starts_with_select(given[0]);
            if (!named && !selected)
                continue;
            ++loads;
            if (!own)
                continue;
            if (method == "refresh"
                    ? given[0].text() != subject
                    : !given.back().text().contains(subject + ".") &&
                          !given[std::min<std::size_t>(1, given.size() - 1)].text().contains(subject + "."))
                continue;
            for (NodeId part = arguments.id(); part < tree.record(arguments.id()).subtree_end; ++part) {
                const Node one = tree.node(part);
                if (method == "refresh" && one.is(Kind::string_content))
                    out.insert(one.text().str());
                if (method != "refresh" && one.is(Kind::attribute))
                    out.insert(one.child(Field::attribute).text().str());
            }
        }
        if (loads < (inner.is(Kind::block) ? inner.named_children().size() : 1))
            return out;
    }
    return out;
}

bool RefreshSites::is_object(Place site, llvm::StringRef variable) const {
    Node at = node(site);
    if (begins_body(at)) {
        if (at.is(Kind::for_statement) && at.child(Field::left).text() == variable)
            return true;
        at = body_of(at).named_child(0);
    }
    for (; at && !at.is(Kind::function_definition); at = at.parent()) {
        const Node parent = at.parent();
        if (parent.is_any(Kind::if_statement, Kind::elif_clause, Kind::while_statement) &&
            (at.field() == Field::consequence || (parent.is(Kind::while_statement) && at.field() == Field::body)) &&
            tests_for_object(parent.child(Field::condition), variable))
            return true;
        if (!parent.is_any(Kind::block, Kind::module))
            continue;
        for (Node before = at; before; before = before.previous_sibling()) {
            if (!before.named() || before.is(Kind::comment))
                continue;
            if (before.is(Kind::if_statement) && before != at) {
                if (tests_for_none(before.child(Field::condition), variable) &&
                    leaves(before.child(Field::consequence)))
                    return true;
            }
            if (certainly_uses(before, variable))
                return true;
        }
    }
    return false;
}

} // namespace sqlawait
