// Behind what ends the life of loaded values, relationships (and after a rollback columns) are loaded anew.
#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/loader_options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

namespace sqlawait {

namespace {

/// Attributes that the primary key consists of.
std::vector<std::string> key_of(const MatchContext& context, ClassId entity) {
    std::vector<std::string> out;
    if (const ModelInfo* model = context.facts.models.find(entity))
        for (const ColumnInfo& column : model->columns)
            if (column.primary_key && !llvm::is_contained(out, column.name))
                out.push_back(column.name);
    return out;
}

/// The statements that load one object anew; nothing where a class cannot be named.
std::vector<std::string> statements(const MatchContext& context, Fix& fix, Node site, const PlannedRefresh& refresh,
                                    const std::string& object) {
    const std::string await = context.is_async(site) ? "await " : "";
    std::vector<std::string> out;
    std::vector<LoadPath> nested;
    std::vector<std::string> names = refresh.column_names, stale;
    for (const LoadPath& path : refresh.paths)
        if (path.size() > 1 || path.front().repeated || path.front().subclass || path.front().column ||
            refresh.by_select)
            nested.push_back(path);
    for (const LoadPath& path : refresh.paths) {
        const std::string& first = path.front().relationship;
        std::vector<std::string>& into = nested.empty() ? names : stale;
        if ((nested.empty() || refresh.reload.contains(first)) && !llvm::is_contained(into, first))
            into.push_back(first);
    }
    if (refresh.columns)
        out.push_back(await + refresh.session + ".refresh(" + object + ")");
    const auto list = [](llvm::ArrayRef<std::string> each) { return "[\"" + llvm::join(each, "\", \"") + "\"]"; };
    if (!names.empty())
        out.push_back(await + refresh.session + ".refresh(" + object + ", attribute_names=" + list(names) + ")");
    if (!stale.empty() && !refresh.columns)
        out.push_back(context.is_async(site) // the select() below loads it anew
                          ? refresh.session + ".expire(" + object + ", " + list(stale) + ")"
                          : refresh.session + ".refresh(" + object + ", attribute_names=" + list(stale) + ")");
    if (nested.empty())
        return out;
    // What is there already stays as it is: a select() fills in what is missing, also on objects further down.
    bool spelled = true;
    const std::string options = loader_options(context, fix, refresh.paths, spelled);
    const std::string name = spell_class(context, fix, refresh.entity);
    const std::vector<std::string> key = key_of(context, refresh.entity);
    if (!spelled || name.empty() || key.empty())
        return {};
    std::string criteria;
    for (const std::string& column : key)
        criteria +=
            (llvm::Twine(criteria.empty() ? "" : ", ") + name + "." + column + " == " + object + "." + column).str();
    out.push_back(await + refresh.session + ".scalar(" + context.spell(fix, "sqlalchemy", "select") + "(" + name +
                  ").where(" + criteria + ").options(" + options + "))");
    return out;
}

std::string lower_first(llvm::StringRef name) { return (name.take_front().lower() + name.drop_front()).str(); }

/// Whether nothing is loaded anew further up in the function: it becomes a coroutine once.
bool is_first(const MatchContext& context, const FunctionInfo& function, Node node, const PlannedRefresh& refresh) {
    const auto first = context.facts.loads.refreshes().lower_bound({context.module.id, function.node});
    return first->first == context.place(node) && &refresh == &first->second.front();
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (context.rendering == Rendering::sync_twin)
        return;
    for (const PlannedRefresh& refresh : context.facts.loads.refreshes(context.place(node))) {
        const SourceText& source = context.module.source;
        const std::string line = source.newline_text().str();
        const bool begins = !refresh.behind_loop && node.is_any(Kind::for_statement, Kind::except_clause, Kind::block);
        Node body = node.is(Kind::block) ? node : node.child(Field::body);
        if (begins && !body)
            for (const Node child : node.named_children())
                if (child.is(Kind::block))
                    body = child;
        const Node anchor = begins ? body.named_child(0) : node;
        const std::string indentation = indentation_of(anchor);
        const std::string step = "    ";
        Finding finding;
        finding.code = "SA502";
        finding.place = context.place(node);
        finding.range = node.range();
        finding.kind = "load";
        finding.counts = false;
        finding.status = FindingStatus::information;
        Fix fix;
        fix.group = change_group(context, anchor);
        if (const FunctionId around = context.function(anchor); around && context.is_async(anchor)) {
            const FunctionInfo& info = context.facts.symbols.function(around);
            if (!info.is_async && !context.facts.colours.function(around).turns_async && // it had nothing to wait for
                is_first(context, info, node, refresh))
                fix.edits.push_back(insert(node.tree().node(info.node).begin(), "async "));
        }
        std::string object = refresh.variable;
        const bool returned = node.is(Kind::return_statement);
        if (returned && object.empty())
            object = context.free_name(node, lower_first(context.facts.symbols.class_(refresh.entity).name));
        finding.message = "what is read of " + object + " later is loaded here";
        const std::string subject =
            refresh.each ? context.free_name(node, lower_first(context.facts.symbols.class_(refresh.entity).name))
                         : object;
        const std::vector<std::string> lines = statements(context, fix, anchor, refresh, subject);
        if (lines.empty()) {
            finding.reason = "a mapped class on the path has no free name in this module: load it here by hand";
            out.push_back(std::move(finding));
            continue;
        }
        std::string head;
        if (refresh.each)
            head = (llvm::Twine("for ") + subject + " in " + object + ":").str();
        else if (refresh.optional)
            head = (llvm::Twine("if ") + object + " is not None:").str();
        std::string text;
        if (!head.empty())
            text = (llvm::Twine(indentation) + head + line).str();
        for (const std::string& one : lines)
            text += (llvm::Twine(indentation) + (head.empty() ? "" : step) + one + line).str();
        if (begins) {
            fix.edits.push_back(insert(source.lines.line_begin(source.lines.at(anchor.begin()).line), text));
        } else if (returned) {
            const Node word = node.first_child();
            fix.edits.push_back(replace(word.range(), object + " ="));
            fix.edits.push_back(
                insert(line_after(node), (llvm::Twine(text) + indentation + "return " + object + line).str()));
        } else {
            const Offset end = line_after(node);
            const bool last = end == source.text.size() && !llvm::StringRef(source.text).ends_with("\n");
            fix.edits.push_back(insert(end, last ? line + llvm::StringRef(text).rtrim("\r\n").str() : text));
        }
        finding.fix = std::move(fix);
        out.push_back(std::move(finding));
    }
}

const RegisteredRule rule{{.name = "refresh_relationships",
                           .code = "SA502",
                           .summary = "what a commit or rollback takes away and is read later is loaded behind it",
                           .stage = Stage::loads,
                           .kinds = {Kind::expression_statement, Kind::for_statement, Kind::while_statement,
                                     Kind::except_clause, Kind::with_statement, Kind::return_statement,
                                     Kind::assert_statement, Kind::delete_statement, Kind::if_statement, Kind::block},
                           .match = match}};

} // namespace

} // namespace sqlawait
