// A query that serves several models or callers takes loader options from them: each asks for what it reads.
#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

std::string group_of(FunctionId function) { return "options " + std::to_string(function.value); }

Finding option_finding(const MatchContext& context, Node node, std::string message) {
    Finding finding;
    finding.code = "SA503";
    finding.place = context.place(node);
    finding.range = node.range();
    finding.kind = "load";
    finding.counts = false;
    finding.status = FindingStatus::information;
    finding.message = std::move(message);
    return finding;
}

/// `options=()` behind the other parameters, in front of `**rest`; annotated where the others are.
void match_function(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const FunctionId function = context.facts.symbols.function_at(context.place(node));
    if (!function || !context.facts.loads.takes_options(function))
        return;
    const auto parameters = parameters_of(node);
    Node last, rest;
    bool annotated = false;
    for (const ParameterInfo& parameter : parameters) {
        const Node one = context.module.tree.node(parameter.node);
        annotated |= parameter.annotation != no_node;
        if (parameter.kind == ParameterInfo::Kind::var_keyword)
            rest = one;
        else
            last = one;
    }
    Finding finding = option_finding(context, node, "callers of this function say what is loaded");
    Fix fix;
    fix.group = group_of(function);
    std::string text = "options=()";
    if (annotated)
        text = "options: " + context.spell(fix, "collections.abc", "Sequence") + "[" +
               context.spell(fix, "sqlalchemy.orm.interfaces", "ORMOption") + "] = ()";
    const Node list = node.child(Field::parameters);
    const auto lines = [&](Node one) { return context.module.source.lines.at(one.begin()).line; };
    const Node anchor = rest ? rest : last;
    const bool own_line = anchor && lines(anchor) != lines(list) &&
                          (!anchor.previous_sibling() || !last || last == anchor || lines(last) != lines(anchor));
    const std::string separator =
        own_line ? "," + context.module.source.newline_text().str() + indentation_of(anchor) : ", ";
    if (rest)
        fix.edits.push_back(insert(rest.begin(), text + separator));
    else if (last)
        fix.edits.push_back(insert(last.end(), separator + text));
    else
        fix.edits.push_back(insert(list.begin() + 1, text));
    finding.fix = std::move(fix);
    out.push_back(std::move(finding));
}

void match_call(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const PlannedLoad* load = context.facts.loads.at(context.place(node));
    const bool hands_on = context.facts.loads.uses_options(context.place(node));
    if (load == nullptr || (load->paths.empty() && !hands_on && load->by_class.empty()) || !load->through)
        return;
    Finding finding = option_finding(context, node, "objects of this call are read through relationships");
    Fix fix;
    fix.group = group_of(load->through);
    bool spelled = true;
    const std::string options = loader_options(context, fix, load->paths, spelled);
    if (!load->by_class.empty()) {
        fix.edits.push_back(add_argument(node, "options=" + load->by_class));
        finding.fix = std::move(fix);
    } else if (spelled) {
        const std::string all = options + (options.empty() ? "*options" : ", *options");
        fix.edits.push_back(add_argument(node, !hands_on         ? "options=[" + options + "]"
                                               : options.empty() ? "options=options"
                                                                 : "options=[" + all + "]"));
        finding.fix = std::move(fix);
    } else {
        finding.reason = "a mapped class on the path has no free name in this module: import it and pass the option";
    }
    out.push_back(std::move(finding));
}

/// `load_options = (selectinload(Author.books),)` behind the attribute that says which model a class is for.
void match_attribute(const MatchContext& context, Node node, std::vector<Finding>& out) {
    const ClassOptions* held = context.facts.loads.class_options(context.place(node));
    if (held == nullptr)
        return;
    Finding finding = option_finding(context, node, "methods that the classes share load what each of them reads");
    Fix fix;
    fix.group = group_of(held->through);
    bool spelled = true;
    const std::string options = loader_options(context, fix, held->paths, spelled);
    if (spelled) {
        const std::string comma = held->paths.size() == 1 ? "," : "";
        fix.edits.push_back(insert(line_after(node), indentation_of(node) + held->name + " = (" + options + comma +
                                                         ")" + context.module.source.newline_text().str()));
        finding.fix = std::move(fix);
    } else {
        finding.reason = "a mapped class on the path has no free name in this module: import it and say the option";
    }
    out.push_back(std::move(finding));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin) // there, lazy loading works as ever
        return;
    if (node.is(Kind::call))
        match_call(context, node, out);
    else if (node.is(Kind::expression_statement))
        match_attribute(context, node, out);
    else
        match_function(context, node, out);
}

const RegisteredRule rule{{.name = "options_parameter",
                           .code = "SA503",
                           .summary = "a query with many callers takes loader options from each of them",
                           .stage = Stage::loads,
                           .kinds = {Kind::function_definition, Kind::call, Kind::expression_statement},
                           .match = match}};

} // namespace

} // namespace sqlawait
