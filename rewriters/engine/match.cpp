#include "analysis/parallel.h"
#include "rewriters/engine/rule.h"
#include "rewriters/engine/suppression.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <array>

namespace sqlawait {

bool MatchContext::is_async(Node node) const {
    const FunctionId around = function(node);
    return rendering == Rendering::in_place && around && facts.colours.form_at(around).async;
}

FunctionId MatchContext::function(Node node) const { return facts.symbols.enclosing_function(place(node)); }

std::string MatchContext::spell(Fix& fix, llvm::StringRef from, llvm::StringRef name) const {
    std::string text = ledger.spell(from, name, current);
    if (ledger.needs_import(from, name, current))
        fix.imports.push_back({from.str(), name.str(), text});
    return text;
}

std::string MatchContext::free_name(Node node, llvm::StringRef wanted) const {
    // Every identifier of the outermost function around the node counts: inner scopes may read a global or a
    // builtin of the name, and a name that is only read here must not become a local variable.
    Node region = node.tree().root();
    for (Node up = node; up; up = up.parent())
        if (up.is(Kind::function_definition))
            region = up;
    llvm::StringSet<> taken;
    const SyntaxTree& tree = node.tree();
    for (NodeId id = region.id(); id < tree.record(region.id()).subtree_end; ++id)
        if (tree.record(id).kind == Kind::identifier)
            taken.insert(tree.node(id).text());
    std::string name = wanted.str();
    for (unsigned number = 2; taken.contains(name); ++number)
        name = wanted.str() + "_" + std::to_string(number);
    return name;
}

std::vector<TwinSource> twin_sources(const Facts& facts, ModuleId module) {
    std::vector<TwinSource> out;
    const auto wants_twin = [&](FunctionId id) {
        const ColouredFunction& colour = facts.colours.function(id);
        // `__init__` that only keeps the session cannot stand twice: one text, which says what the framework gives it.
        const llvm::StringRef name = facts.symbols.function(id).name;
        const bool special = name.starts_with("__") && name.ends_with("__");
        const bool one_text = special && !colour.turns_async && colour.async_name == colour.sync_name;
        return colour.form.twin() && colour.io && colour.refusal.empty() && !one_text;
    };
    const auto outermost = [&](NodeId id) {
        const Node node = facts.module(module).tree.node(id);
        return node.parent().is(Kind::decorated_definition) ? node.parent() : node;
    };
    for (const ClassInfo& info : facts.symbols.classes())
        if (info.module == module && facts.colours.class_(info.id).twin)
            out.push_back({{}, info.id, outermost(info.node)});
    const auto& functions = facts.symbols.functions(); // module after module
    const auto first = llvm::partition_point(functions, [&](const FunctionInfo& one) { return one.module < module; });
    for (auto at = first; at != functions.end() && at->module == module; ++at) {
        const FunctionInfo& function = *at;
        if (function.is_lambda || !wants_twin(function.id))
            continue;
        bool inside_another = bool(facts.colours.twin_class_of(facts.symbols, function.id));
        for (FunctionId outer = function.outer; outer; outer = facts.symbols.function(outer).outer)
            inside_another |= wants_twin(outer);
        if (inside_another)
            continue;
        out.push_back({function.id, {}, outermost(function.node)});
    }
    return out;
}

bool is_left_out(const Facts& facts, ModuleId module, Node node, Rendering rendering) {
    const Node definition = node.is(Kind::decorated_definition) ? node.child(Field::definition) : node;
    const FunctionId id = facts.symbols.function_at({module, definition.id()});
    return id && facts.colours.is_left_out(facts.symbols, id, rendering == Rendering::sync_twin);
}

namespace {

using RulesByKind = std::array<llvm::SmallVector<const Rule*, 4>, static_cast<std::size_t>(Kind::other) + 1>;

RulesByKind rules_by_kind(const RewriteOptions& options) {
    RulesByKind table;
    for (const Rule& rule : all_rules()) {
        const bool wanted = rule.stage == Stage::select  ? options.select
                            : rule.stage == Stage::loads ? options.loads
                            : rule.stage == Stage::async ? options.async
                                                         : options.clean;
        if (!wanted || rule.match == nullptr)
            continue;
        for (const Kind kind : rule.kinds)
            table[static_cast<std::size_t>(kind)].push_back(&rule);
    }
    return table;
}

void walk(const MatchContext& context, const RulesByKind& rules, NodeId begin, NodeId end, std::vector<Finding>& out) {
    const SyntaxTree& tree = context.module.tree;
    for (NodeId id = begin; id < end; ++id) {
        const Node node = tree.node(id);
        const bool left_out = node.is_any(Kind::function_definition, Kind::decorated_definition) &&
                              is_left_out(context.facts, context.module.id, node, context.rendering);
        for (const Rule* rule : rules[static_cast<std::size_t>(tree.record(id).kind)]) {
            if (left_out && !rule->leaves_out)
                continue;
            const std::size_t before = out.size();
            MatchContext here = context;
            here.current = node;
            rule->match(here, here.current, out);
            for (std::size_t i = before; i < out.size(); ++i) {
                out[i].rendering = context.rendering;
                if (out[i].code.empty())
                    out[i].code = rule->code.str();
            }
        }
        if (left_out)
            id = tree.record(id).subtree_end - 1;
    }
}

std::vector<Finding> match_module(const Facts& facts, const Module& module, const RewriteOptions& options,
                                  const RulesByKind& rules, ImportLedger& ledger) {
    std::vector<Finding> out;
    const MatchContext in_place{facts, module, options, Rendering::in_place, ledger, {}};
    walk(in_place, rules, 0, module.tree.size(), out);
    const MatchContext twin{facts, module, options, Rendering::sync_twin, ledger, {}};
    for (const TwinSource& source : twin_sources(facts, module.id))
        walk(twin, rules, source.node.id(), module.tree.record(source.node.id()).subtree_end, out);
    apply_suppressions(module, out);
    llvm::stable_sort(out, [](const Finding& a, const Finding& b) {
        return std::tie(a.range.begin, a.code, a.range.end, a.rendering) <
               std::tie(b.range.begin, b.code, b.range.end, b.rendering);
    });
    return out;
}

} // namespace

std::vector<Finding> match_rules(const Facts& facts, const RewriteOptions& options, std::vector<ImportLedger>& ledgers,
                                 unsigned jobs) {
    const RulesByKind rules = rules_by_kind(options);
    const auto& modules = facts.program.modules;
    ledgers.assign(modules.size(), {});
    std::vector<std::vector<Finding>> found(modules.size());
    for_each_index(modules.size(), jobs, [&](std::size_t i) {
        const Module& module = *modules[i];
        if (!module.selected || module.is_stub || module.tree.size() == 0)
            return;
        ledgers[i] = ImportLedger(facts, module.id);
        found[i] = match_module(facts, module, options, rules, ledgers[i]);
    });
    std::vector<Finding> out;
    for (std::vector<Finding>& of_module : found)
        std::move(of_module.begin(), of_module.end(), std::back_inserter(out));
    return out;
}

} // namespace sqlawait
