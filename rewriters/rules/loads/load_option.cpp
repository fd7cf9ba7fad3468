// select(Model) and session.get(Model, key) load what the program reads of their objects.
#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Whether the function goes on with the statement that it calls `name` in a way that forbids joins.
bool is_continued_without_joins(Node assignment) {
    const llvm::StringRef name = assignment.child(Field::left).text();
    Node around = assignment;
    while (around.parent() && !around.is(Kind::function_definition))
        around = around.parent();
    const SyntaxTree& tree = around.tree();
    for (NodeId id = around.id(); id < tree.record(around.id()).subtree_end; ++id) {
        Node link = tree.node(id);
        if (!link.is(Kind::attribute) || !forbids_joins(link.child(Field::attribute).text()))
            continue;
        while (link.is_any(Kind::attribute, Kind::call))
            link = link.child(link.is(Kind::call) ? Field::function : Field::object);
        if (link.is(Kind::identifier) && link.text() == name)
            return true;
    }
    return false;
}

/// What the statement's own `.options(...)` load already.
PresentOptions present_options(const MatchContext& context, Node select) {
    PresentOptions out;
    read_polymorphic(context, select.child(Field::arguments), out);
    Node link = select;
    for (; link.parent().is(Kind::attribute) && link.parent().parent().is(Kind::call); link = link.parent().parent()) {
        const llvm::StringRef method = link.parent().child(Field::attribute).text();
        out.unjoined |= forbids_joins(method);
        if (method == "options")
            read_options(context, link.parent().parent().child(Field::arguments), out);
    }
    while (link.parent().is(Kind::parenthesized_expression))
        link = link.parent();
    out.unjoined |= link.parent().is(Kind::assignment) && is_continued_without_joins(link.parent());
    for (const Node argument : select.child(Field::arguments).named_children()) {
        if (!argument.is(Kind::keyword_argument))
            continue;
        const llvm::StringRef keyword = argument.child(Field::name).text();
        out.unjoined |= forbids_joins(keyword); // get(..., with_for_update=True)
        if (keyword == "options")
            read_options(context, argument.child(Field::value), out);
    }
    return out;
}

/// Of `db.query(X).get(key)`: "X.id", when the key is that one value.
std::string key_of_query_get(const MatchContext& context, Node query, const PlannedLoad& load) {
    const Node lookup = query.parent().parent();
    if (!query.parent().is(Kind::attribute) || query.parent().child(Field::attribute).text() != "get" ||
        !lookup.is(Kind::call))
        return "";
    const auto given = lookup.child(Field::arguments).named_children();
    const auto entities = query.child(Field::arguments).named_children();
    const std::string key = single_key_name(context, load.origin.entity);
    if (given.size() != 1 || entities.size() != 1 || key.empty() ||
        given[0].is_any(Kind::tuple, Kind::dictionary, Kind::keyword_argument, Kind::list_splat))
        return "";
    return entities[0].text().str() + "." + key;
}

/// Whether what an option leaves out is read of the objects of the very query that it stands in. Options that stand
/// elsewhere may be for any query.
bool is_read_there(const MatchContext& context, Node option, ClassId owner, llvm::StringRef column) {
    const auto reads = [&](const PlannedLoad& load) {
        return llvm::any_of(
            load.paths, [&](const LoadPath& path) { return path.back().column && path.back().relationship == column; });
    };
    for (Node up = option.parent(); up && !up.is(Kind::expression_statement); up = up.parent()) {
        const bool keyword = up.is(Kind::keyword_argument) && up.child(Field::name).text() == "options";
        const Node callee = up.is(Kind::call) ? up.child(Field::function) : Node();
        if (!keyword && !(callee.is(Kind::attribute) && callee.child(Field::attribute).text() == "options"))
            continue;
        for (Node at = keyword ? up.parent().parent() : up; at.is_any(Kind::call, Kind::attribute);
             at = at.child(at.is(Kind::call) ? Field::function : Field::object))
            if (const PlannedLoad* load = context.facts.loads.at(context.place(at)); load != nullptr && reads(*load))
                return true;
        return false;
    }
    return context.facts.loads.names(owner, column);
}

/// `defer(Review.body)` of a column that is read all the same.
void match_defer(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const Node callee = node.child(Field::function);
    const auto given = node.child(Field::arguments).named_children();
    const Node name = callee.is(Kind::attribute) ? callee.child(Field::attribute) : callee;
    if (name.text() != "defer" || given.size() != 1 || !given[0].is(Kind::attribute))
        return;
    for (const Atom& atom :
         context.facts.types.store().atoms(context.facts.types.type_of(context.place(given[0].child(Field::object))))) {
        if (atom.kind != Atom::Kind::class_ ||
            !is_read_there(context, node, ClassId{atom.id}, given[0].child(Field::attribute).text()))
            continue;
        Finding finding;
        finding.code = "SA501";
        finding.place = context.place(node);
        finding.range = node.range();
        finding.kind = "load";
        finding.counts = false;
        finding.status = FindingStatus::information;
        finding.message = "the column is read of the objects of this query";
        Fix fix;
        fix.edits.push_back(replace(
            name.range(), callee.is(Kind::attribute) ? "undefer" : context.spell(fix, "sqlalchemy.orm", "undefer")));
        finding.fix = std::move(fix);
        out.push_back(std::move(finding));
        return;
    }
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    match_defer(context, node, out);
    const PlannedLoad* load = context.facts.loads.at(context.place(node));
    if (load == nullptr || context.rendering == Rendering::sync_twin) // there, lazy loading works as ever
        return;
    // Both take `options=`.
    const bool get = load->origin.kind == LoadOrigin::Kind::get || load->origin.kind == LoadOrigin::Kind::merge;
    // A legacy query that becomes select() gets its options with that.
    const bool query = load->origin.kind == LoadOrigin::Kind::query && !context.options.select;
    if (load->origin.kind != LoadOrigin::Kind::statement && !get && !query)
        return;
    const bool takes = context.facts.loads.uses_options(context.place(node));
    std::vector<LoadPath> paths = load->paths;
    PresentOptions present = present_options(context, node);
    if (query)
        for (const std::uint32_t index : context.facts.queries.in_module(context.module.id))
            if (const QueryChain& chain = context.facts.queries.chains()[index];
                chain.produces && chain.start == node.id())
                read_later_options(context.facts, chain, present);
    erase_present(context, paths, present);
    const bool ignored = get && load->by_select && !load->paths.empty(); // of what is in the session already
    if (paths.empty() && !takes && !ignored)
        return;
    Finding finding;
    finding.code = "SA501";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "load";
    finding.counts = false;
    finding.status = FindingStatus::information;
    Fix fix;
    bool spelled = true;
    std::string options = loader_options(context, fix, paths, spelled, present);
    if (takes)
        options += options.empty() ? "*options" : ", *options";
    finding.message = "objects of this " +
                      std::string(get     ? node.child(Field::function).child(Field::attribute).text().str() + "()"
                                  : query ? "query()"
                                          : "select()") +
                      " are read through relationships";
    if (!spelled) {
        finding.reason = "a mapped class on the path has no free name in this module: import it and add the option";
    } else if (const std::string of_query = query && load->by_select ? key_of_query_get(context, node, *load) : "";
               !of_query.empty()) { // Query.get() ignores options, too
        const Node lookup = node.parent().parent();
        const Node argument = lookup.child(Field::arguments).named_child(0);
        fix.edits.push_back(
            replace({node.end(), lookup.child(Field::arguments).begin()}, ".options(" + options + ").filter"));
        fix.edits.push_back({lookup.child(Field::arguments).range(),
                             {"(" + of_query + " == ", hole(argument), ").one_or_none()"},
                             Layer::expression});
        finding.fix = std::move(fix);
    } else if (!get) {
        fix.edits.push_back(insert(node.end(), ".options(" + options + ")"));
        finding.fix = std::move(fix);
    } else {
        const Node arguments = node.child(Field::arguments);
        const auto given = arguments.named_children();
        const auto* own = llvm::find_if(given, [](Node one) {
            return one.is(Kind::keyword_argument) && one.child(Field::name).text() == "options";
        });
        const bool has_options = own != given.end();
        const std::size_t key_and_class = has_options ? 3 : 2;
        const std::string key = load->by_select && given.size() == key_and_class && !takes &&
                                        node.child(Field::function).child(Field::attribute).text() == "get"
                                    ? single_key_name(context, load->origin.entity)
                                    : "";
        if (!key.empty() && !given[1].is_any(Kind::tuple, Kind::dictionary, Kind::keyword_argument)) {
            // Of an object that is in the session already get() ignores options.
            const std::string select = context.spell(fix, "sqlalchemy", "select");
            const Node callee = node.child(Field::function);
            fix.edits.push_back(replace(callee.child(Field::attribute).range(), "scalar"));
            Edit edit{node.child(Field::arguments).range(),
                      {"(" + select + "(", hole(given[0]), ").where(", hole(given[0]),
                       "." + key + " == ", hole(given[1]), ").options("},
                      Layer::expression};
            if (has_options) {
                const Node value = own->child(Field::value);
                const bool listed = value.is_any(Kind::list, Kind::tuple);
                const auto parts = listed ? value.named_children() : llvm::SmallVector<Node, 8>{value};
                for (const Node part : parts) {
                    edit.pieces.emplace_back(part == parts.front() ? (listed ? "" : "*") : ", ");
                    edit.pieces.push_back(hole(part));
                }
                edit.pieces.emplace_back(parts.empty() || options.empty() ? "" : ", ");
            }
            edit.pieces.emplace_back(options + "))");
            fix.edits.push_back(std::move(edit));
            finding.fix = std::move(fix);
        } else if (has_options) {
            const Node value = own->child(Field::value);
            if (value.is_any(Kind::list, Kind::tuple) && !value.named_children().empty())
                fix.edits.push_back(insert(value.named_children().back().end(), ", " + options));
            else
                fix.edits.push_back({value.range(), {"[*", hole(value), ", " + options + "]"}, Layer::expression});
            finding.fix = std::move(fix);
        } else if (given.empty()) {
            finding.reason = "get() with arguments that can't be seen: add the options " + options;
        } else {
            fix.edits.push_back(insert(given.back().end(),
                                       options == "*options" ? ", options=options" : ", options=[" + options + "]"));
            finding.fix = std::move(fix);
        }
    }
    out.push_back(std::move(finding));
}

const RegisteredRule rule{{.name = "load_option",
                           .code = "SA501",
                           .summary = "select() and get() load the relationships that are read of their objects",
                           .stage = Stage::loads,
                           .kinds = {Kind::call},
                           .match = match}};

} // namespace

} // namespace sqlawait
