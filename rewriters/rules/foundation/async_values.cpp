#include "rewriters/engine/async_edits.h"
#include "rewriters/engine/engine_arguments.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// Edits inside the definition of a value that make its asynchronous form.
FoundationEdits edits_of(const MatchContext& context, const ColouredValue& value, Node right) {
    FoundationEdits out;
    const SyntaxTree& tree = right.tree();
    for (NodeId id = right.id(); id < tree.record(right.id()).subtree_end; ++id) {
        const Node node = tree.node(id);
        if (node.is(Kind::call) && made_by(context, node) != Made::nothing) {
            FoundationEdits inner = foundation_edits(context, node);
            if (!inner.refusal.empty())
                return inner;
            out.edits.insert(out.edits.end(), inner.edits.begin(), inner.edits.end());
            out.imports.insert(out.imports.end(), inner.imports.begin(), inner.imports.end());
            out.helpers.insert(out.helpers.end(), inner.helpers.begin(), inner.helpers.end());
        } else if (const auto* named = context.facts.colours.named_function(context.place(node))) {
            const FunctionInfo& function = context.facts.symbols.function(named->function);
            const std::string& wanted = context.facts.colours.function(named->function).async_name;
            Fix fix;
            if (node.is(Kind::attribute))
                out.edits.push_back(replace(node.child(Field::attribute).range(), wanted));
            else if (function.module == context.module.id)
                out.edits.push_back(replace(node.range(), wanted));
            else
                out.edits.push_back(
                    replace(node.range(), context.spell(fix, context.facts.module(function.module).name(), wanted)));
            out.imports.insert(out.imports.end(), fix.imports.begin(), fix.imports.end());
        } else if (node.is_any(Kind::identifier, Kind::attribute)) {
            const ColouredValue* other = value_read(context.facts, context.module.id, node);
            if (other != nullptr && other != &value && other->module == context.module.id &&
                node.is(Kind::identifier)) {
                out.edits.push_back(replace(node.range(), other->async_name));
                continue;
            }
            if (value.role != Role::none)
                continue;
            const std::string dotted = outside_name(context, node);
            const ClassKnowledge* known = dotted.empty() ? nullptr : context.facts.knowledge.class_(dotted);
            if (known == nullptr || known->async_class.empty() || node.parent().is(Kind::attribute))
                continue;
            const auto [package, name] = llvm::StringRef(known->async_class).rsplit('.');
            Fix fix;
            out.edits.push_back(replace(node.range(), context.spell(fix, package, name)));
            out.imports.insert(out.imports.end(), fix.imports.begin(), fix.imports.end());
        }
    }
    return out;
}

/// The names that the asynchronous forms are assigned to: `AsyncSessionLocal, async_engine` of `SessionLocal, engine`.
/// "" where another value of the same assignment writes it.
std::string async_targets(const MatchContext& context, const ColouredValue& value, Node left) {
    if (!left.is_any(Kind::pattern_list, Kind::tuple_pattern, Kind::list_pattern))
        return value.async_name;
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    std::string out;
    bool first = true;
    for (const Node name : left.named_children()) {
        const ColouredValue* own = name.is(Kind::identifier)
                                       ? context.facts.colours.value(context.module.id, bindings.symbol_at(name.id()))
                                       : nullptr;
        const bool twin = own != nullptr && own->form.twin();
        if (twin && std::exchange(first, false) && own != &value)
            return "";
        out += (out.empty() ? "" : ", ") + (twin ? own->async_name : std::string("_"));
    }
    return left.named_children().size() == 1 ? out + "," : out;
}

/// The asynchronous form of a value, behind the synchronous one.
void add_form(const MatchContext& context, const ColouredValue& value, Node assignment, std::vector<Finding>& out) {
    const std::string targets = async_targets(context, value, assignment.child(Field::left));
    if (targets.empty())
        return;
    const Node right = assignment.child(Field::right);
    const FoundationEdits made = edits_of(context, value, right);
    Finding finding;
    finding.place = context.place(right);
    finding.range = assignment.range();
    finding.kind = value.role == Role::engine ? "engine" : "session";
    finding.message = "both a synchronous and an asynchronous form are needed";
    finding.status = FindingStatus::kept;
    finding.reason = made.refusal;
    if (made.refusal.empty()) {
        const SourceText& source = context.module.source;
        const Node statement = assignment.parent().is(Kind::expression_statement) ? assignment.parent() : assignment;
        Fix fix;
        fix.group = context.facts.colours.group(value);
        fix.imports = made.imports;
        fix.helpers = made.helpers;
        fix.edits.push_back(insert(statement.end(), source.newline_text().str() + indentation_of(statement) + targets +
                                                        " = " + render(source, right.range(), made.edits)));
        finding.fix = std::move(fix);
    }
    out.push_back(std::move(finding));
}

/// `engine = None` in front of the function that makes it.
void add_placeholder(const MatchContext& context, const ColouredValue& value, Node assignment,
                     std::vector<Finding>& out) {
    const SourceText& source = context.module.source;
    const Node statement = assignment.parent().is(Kind::expression_statement) ? assignment.parent() : assignment;
    Fix fix;
    fix.group = context.facts.colours.group(value);
    fix.edits.push_back(insert(statement.end(), source.newline_text().str() + indentation_of(statement) +
                                                    value.async_name + " = " +
                                                    assignment.child(Field::right).text().str()));
    out.push_back(edit_finding(context, assignment, "both forms begin as this", std::move(fix)));
}

/// At module level the asynchronous form stands beside the synchronous one; in functions each form of the function
/// fills its own.
void match_assignment(const MatchContext& context, const ColouredValue& value, Node assignment,
                      std::vector<Finding>& out) {
    if (text_owner(context, assignment))
        return;
    if (llvm::is_contained(value.definitions, context.place(assignment.child(Field::right))))
        return add_form(context, value, assignment, out);
    const Node left = assignment.child(Field::left);
    if (left.is(Kind::identifier) &&
        context.facts.symbols.bindings(context.module.id).symbol_at(left.id()) == value.symbol)
        add_placeholder(context, value, assignment, out);
}

/// The value that a function fills under this name, or declares as `global`.
const ColouredValue* value_filled(const MatchContext& context, Node name) {
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    if (!text_owner(context, name))
        return nullptr;
    if (name.parent().is(Kind::global_statement)) {
        const Scope& scope = bindings.scope(ScopeId{0});
        const auto found = scope.by_name.find(name.text());
        return found == scope.by_name.end() ? nullptr : context.facts.colours.value(context.module.id, found->second);
    }
    return context.facts.colours.value(context.module.id, bindings.symbol_at(name.id()));
}

void match(const MatchContext& context, Node node, std::vector<Finding>& out) {
    if (node.is(Kind::assignment)) {
        if (context.rendering != Rendering::in_place || !node.child(Field::right))
            return;
        for (const ColouredValue& value : context.facts.colours.values())
            if (value.form.twin() && value.module == context.module.id)
                match_assignment(context, value, node, out);
        return;
    }
    // A read of a value in asynchronous code, or what fills it there.
    const ModuleBindings& bindings = context.facts.symbols.bindings(context.module.id);
    if (node.is(Kind::identifier) ? !bindings.symbol_at(node.id()) && !node.parent().is(Kind::global_statement)
                                  : node.parent().is(Kind::dotted_name))
        return;
    const ColouredValue* value = nullptr;
    if (node.is(Kind::identifier) && (node.parent().is(Kind::global_statement) || bindings.definition_at(node.id())))
        value = value_filled(context, node);
    else
        value = value_read(context.facts, context.module.id, node);
    if (value == nullptr || (!value->form.twin() && !value->beside) || !writes_async(context, node))
        return;
    // Both engines are disposed of: the rule for session I/O sees to that.
    const Node method = node.parent();
    if (value->beside && method.is(Kind::attribute) && method.child(Field::attribute).text() == "dispose")
        return;
    Fix fix;
    rename_use(context, node, value->module, value->async_name, fix);
    out.push_back(edit_finding(context, node, "the asynchronous form is meant", std::move(fix)));
}

const RegisteredRule rule{{.name = "async_values",
                           .code = "SA403",
                           .summary = "engines and factories that both sides need get an asynchronous form",
                           .stage = Stage::async,
                           .kinds = {Kind::assignment, Kind::identifier, Kind::attribute},
                           .match = match}};

} // namespace

} // namespace sqlawait
