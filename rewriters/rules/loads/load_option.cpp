// select(Model) and session.get(Model, key) load what the program reads of their objects.
#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Relationships that the statement's own `.options(...)` name already, by attribute name.
std::vector<std::string> present_options(const MatchContext& context, Node select) {
    std::vector<std::string> out;
    for (Node link = select; link.parent().is(Kind::attribute) && link.parent().parent().is(Kind::call);
         link = link.parent().parent())
        if (link.parent().child(Field::attribute).text() == "options")
            named_in_options(context, link.parent().parent().child(Field::arguments), out);
    for (const Node argument : select.child(Field::arguments).named_children())
        if (argument.is(Kind::keyword_argument) && argument.child(Field::name).text() == "options")
            named_in_options(context, argument.child(Field::value), out);
    return out;
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const PlannedLoad* load = context.facts.loads.at(context.place(node));
    if (load == nullptr || context.rendering == Rendering::sync_twin) // there, lazy loading works as ever
        return;
    const bool get = load->origin.kind == LoadOrigin::Kind::get;
    // A legacy query that becomes select() gets its options with that.
    const bool query = load->origin.kind == LoadOrigin::Kind::query && !context.options.select;
    if (load->origin.kind != LoadOrigin::Kind::statement && !get && !query)
        return;
    const bool takes = context.facts.loads.uses_options(context.place(node));
    std::vector<LoadPath> paths = load->paths;
    const std::vector<std::string> present = present_options(context, node);
    llvm::erase_if(paths, [&](const LoadPath& path) {
        return llvm::all_of(path, [&](const PathStep& step) { return llvm::is_contained(present, step.relationship); });
    });
    if (paths.empty() && !takes)
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
    std::string options = loader_options(context, fix, paths, spelled);
    if (takes)
        options += options.empty() ? "*options" : ", *options";
    finding.message = "objects of this " +
                      std::string(get     ? "get()"
                                  : query ? "query()"
                                          : "select()") +
                      " are read through relationships";
    if (!spelled) {
        finding.reason = "a mapped class on the path has no free name in this module: import it and add the option";
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
        const std::string key = load->by_select && given.size() == 2 && !takes &&
                                        node.child(Field::function).child(Field::attribute).text() == "get"
                                    ? single_key_name(context, load->origin.entity)
                                    : "";
        if (!key.empty() && !given[1].is_any(Kind::tuple, Kind::dictionary, Kind::keyword_argument)) {
            // Of an object that is in the session already get() ignores options.
            const std::string select = context.spell(fix, "sqlalchemy", "select");
            const Node callee = node.child(Field::function);
            fix.edits.push_back(replace(callee.child(Field::attribute).range(), "scalar"));
            fix.edits.push_back({node.child(Field::arguments).range(),
                                 {"(" + select + "(", hole(given[0]), ").where(", hole(given[0]),
                                  "." + key + " == ", hole(given[1]), ").options(" + options + "))"},
                                 Layer::expression});
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
