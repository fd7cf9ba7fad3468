#include "rewriters/planning/planning.h"

#include "rewriters/planning/twins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <set>

namespace sqlawait {

namespace {

std::string where(const Facts& facts, const Finding& finding) {
    const SourceText& source = facts.module(finding.place.module).source;
    const LineColumn at = source.lines.at(finding.range.begin);
    return llvm::formatv("{0}:{1}:{2}", source.path, at.line, at.column);
}

/// Why a file is not edited at all, or "".
std::string not_editable(const Module& module) {
    if (!module.selected)
        return module.source.path + " is outside of what is to be changed";
    if (module.is_stub)
        return module.source.path + " is a stub file";
    if (module.source.read_only_reason)
        return module.source.path + " can't be edited: " + *module.source.read_only_reason;
    if (!module.tree.clean())
        return module.source.path + " has syntax errors";
    return "";
}

class Planner {
  public:
    Planner(const Facts& facts, const std::vector<Finding>& findings, std::vector<ImportLedger>& ledgers,
            const PlanOptions& options)
        : facts_(facts), findings_(findings), ledgers_(ledgers), options_(options) {}

    Plan run() {
        form_groups();
        decline_what_may_not_be();
        std::set<ModuleId> modules;
        for (const Finding& finding : findings_)
            if (finding.fix)
                modules.insert(finding.place.module);
        // A group that is declined for one file takes its edits out of others, so everything is made again.
        for (bool again = true; again;) {
            again = false;
            plan_.files.clear();
            plan_.twins.clear();
            plan_.class_twins.clear();
            for (const ModuleId module : modules)
                again |= !plan_file(module);
        }
        return std::move(plan_);
    }

  private:
    /// Edits with the finding that each is of; no finding for imports and twins.
    struct Edits {
        std::vector<Edit> edits;
        std::vector<std::optional<std::size_t>> findings;
        void add(Edit edit, std::optional<std::size_t> finding) {
            edits.push_back(std::move(edit));
            findings.push_back(finding);
        }
    };

    void form_groups() {
        std::map<std::string, std::uint32_t> by_name;
        plan_.group_of.resize(findings_.size());
        for (std::size_t i = 0; i < findings_.size(); ++i) {
            if (!findings_[i].fix)
                continue;
            std::string name = findings_[i].fix->group;
            if (name.empty()) {
                const std::string alone = findings_[i].code + " " + where(facts_, findings_[i]);
                name = alone;
                for (unsigned number = 2; by_name.count(name) != 0; ++number)
                    name = alone + " (" + std::to_string(number) + ")";
            }
            const auto [entry, is_new] = by_name.emplace(name, static_cast<std::uint32_t>(plan_.groups.size()));
            if (is_new)
                plan_.groups.push_back({std::move(name), {}, {}});
            plan_.groups[entry->second].findings.push_back(static_cast<std::uint32_t>(i));
            plan_.group_of[i] = entry->second;
        }
    }

    void decline_what_may_not_be() {
        for (ChangeGroup& group : plan_.groups) {
            if (const auto found = options_.withdrawn.find(group.name); found != options_.withdrawn.end()) {
                group.declined = found->second;
                continue;
            }
            for (const std::uint32_t index : group.findings) {
                const Finding& finding = findings_[index];
                if (finding.status == FindingStatus::suppressed)
                    group.declined = "suppressed at " + where(facts_, finding);
                else if (finding.fix->suggested && !options_.accept_suggested)
                    group.declined =
                        finding.reason.empty() ? "not proved; --safety suggested makes it" : finding.reason;
                else
                    group.declined = not_editable(facts_.module(finding.place.module));
                if (!group.declined.empty())
                    break;
            }
        }
    }

    [[nodiscard]] Edits edits_of(ModuleId module, Rendering rendering, ByteRange within) const {
        Edits out;
        for (std::size_t i = 0; i < findings_.size(); ++i) {
            const Finding& finding = findings_[i];
            if (finding.place.module != module || finding.rendering != rendering || !plan_.accepted(i))
                continue;
            for (const Edit& edit : finding.fix->edits)
                if (within.contains(edit.range))
                    out.add(edit, i);
        }
        return out;
    }

    /// Declines one of the groups that can't both be; false when there is no conflict.
    bool resolve(const Flattened& flat, const Edits& edits) {
        if (!flat.conflict)
            return false;
        const auto first = edits.findings[flat.conflict->first];
        const auto second = edits.findings[flat.conflict->second];
        std::optional<std::uint32_t> loser;
        if (first)
            loser = plan_.group_of[*first];
        if (second)
            loser = loser ? std::max(*loser, *plan_.group_of[*second]) : *plan_.group_of[*second];
        if (!loser) {
            // Imports or twins against each other: nothing of the file can be relied on.
            for (const auto& finding : edits.findings)
                if (finding && plan_.accepted(*finding))
                    decline(*plan_.group_of[*finding], flat.conflict->message);
            return true;
        }
        decline(*loser, "another change is in the way: " + flat.conflict->message);
        return true;
    }

    void decline(std::uint32_t group, std::string reason) {
        if (plan_.groups[group].declined.empty())
            plan_.groups[group].declined = std::move(reason);
    }

    /// False when a group had to be declined.
    bool plan_file(ModuleId id) {
        const Module& module = facts_.module(id);
        const ByteRange whole{0, static_cast<Offset>(module.source.text.size())};
        Edits edits = edits_of(id, Rendering::in_place, whole);
        Flattened flat = flatten(module.source, edits.edits);
        if (resolve(flat, edits))
            return false;
        if (edits.edits.empty())
            return true;

        const std::size_t of_fixes = edits.edits.size();
        std::vector<ByteRange> twin_ranges;
        Edits leading; // helpers and copies may stand where `async` is put: they come in front of it
        for (Edit& helper : helpers_of(id))
            leading.add(std::move(helper), std::nullopt);
        for (const TwinSource& source : twin_sources(facts_, id)) {
            const ByteRange range = source.node.range();
            const bool changed = llvm::any_of(llvm::ArrayRef(edits.edits).take_front(of_fixes),
                                              [&](const Edit& edit) { return range.contains(edit.range); });
            const Edits own = edits_of(id, Rendering::sync_twin, range);
            // A class that only inherits its two forms stays as it is in one of them.
            if (!changed && (!source.class_ || own.edits.empty()))
                continue;
            if (resolve(flatten(module.source, own.edits), own))
                return false;
            leading.add(twin_insertion(facts_, source, own.edits), std::nullopt);
            twin_ranges.push_back(range);
            if (source.class_)
                plan_.class_twins.push_back(source.class_);
            else
                plan_.twins.push_back(source.function);
        }

        edits.edits.insert(edits.edits.begin(), leading.edits.begin(), leading.edits.end());
        edits.findings.insert(edits.findings.begin(), leading.findings.begin(), leading.findings.end());

        flat = flatten(module.source, edits.edits);
        if (resolve(flat, edits))
            return false;
        for (Edit& edit : ledgers_[id.value].edits(needs_of(id, twin_ranges), flat.edits))
            edits.add(std::move(edit), std::nullopt);
        flat = flatten(module.source, edits.edits);
        if (resolve(flat, edits))
            return false;
        if (!flat.edits.empty())
            plan_.files.push_back({id, std::move(flat.edits)});
        return true;
    }

    /// Each helper once, before the first statement that asks for it and the comments that belong to that.
    [[nodiscard]] std::vector<Edit> helpers_of(ModuleId module) const {
        std::map<std::string, Offset> helpers;
        for (std::size_t i = 0; i < findings_.size(); ++i)
            if (findings_[i].place.module == module && plan_.accepted(i))
                for (const HelperFunction& helper : findings_[i].fix->helpers) {
                    const auto [at, fresh] = helpers.emplace(helper.text, helper.before);
                    at->second = std::min(at->second, helper.before);
                }
        const SourceText& source = facts_.module(module).source;
        const auto line = [&](unsigned number) {
            const Offset begin = source.lines.line_begin(number);
            return llvm::StringRef(source.text).substr(begin).take_until([](char c) { return c == '\n'; }).trim();
        };
        std::vector<Edit> out;
        for (const auto& [text, before] : helpers) {
            unsigned number = source.lines.at(before).line;
            while (number > 1 && line(number - 1).starts_with("#"))
                --number;
            unsigned blank = 0;
            while (blank < 2 && number > blank + 1 && line(number - blank - 1).empty())
                ++blank;
            out.push_back(insert(source.lines.line_begin(number),
                                 std::string(number == 1 ? 0 : 2 - blank, '\n') + text + "\n\n\n"));
        }
        return out;
    }

    [[nodiscard]] std::vector<ImportNeed> needs_of(ModuleId module, llvm::ArrayRef<ByteRange> twins) const {
        std::vector<ImportNeed> out;
        for (std::size_t i = 0; i < findings_.size(); ++i) {
            const Finding& finding = findings_[i];
            if (finding.place.module != module || !plan_.accepted(i))
                continue;
            if (finding.rendering == Rendering::sync_twin &&
                llvm::none_of(twins, [&](ByteRange range) { return range.contains(finding.range); }))
                continue;
            llvm::append_range(out, finding.fix->imports);
        }
        return out;
    }

    const Facts& facts_;
    const std::vector<Finding>& findings_;
    std::vector<ImportLedger>& ledgers_;
    const PlanOptions& options_;
    Plan plan_;
};

} // namespace

Plan plan_changes(const Facts& facts, const std::vector<Finding>& findings, std::vector<ImportLedger>& ledgers,
                  const PlanOptions& options) {
    return Planner(facts, findings, ledgers, options).run();
}

FunctionId function_of(const Facts& facts, const Finding& finding) {
    Node node = facts.node(finding.place);
    if (node.is(Kind::identifier) && node.field() == Field::name && node.parent().is(Kind::function_definition))
        node = node.parent();
    if (node.is(Kind::decorated_definition))
        node = node.child(Field::definition);
    if (const FunctionId own = facts.symbols.function_at({finding.place.module, node.id()}); own)
        return own;
    return facts.symbols.enclosing_function(finding.place);
}

std::string print_plan(const Facts& facts, const std::vector<Finding>& findings, const Plan& plan) {
    std::string out;
    llvm::raw_string_ostream os(out);
    for (const ChangeGroup& group : plan.groups) {
        os << group.name << ": " << (group.declined.empty() ? "accepted" : "declined: " + group.declined) << '\n';
        for (const std::uint32_t index : group.findings) {
            const Finding& finding = findings[index];
            os << "  " << finding.code << ' ' << where(facts, finding)
               << (finding.rendering == Rendering::sync_twin ? " (sync twin)" : "") << ' ' << finding.message << '\n';
        }
    }
    for (const FunctionId twin : plan.twins)
        os << "twin " << facts.symbols.function(twin).qualified_name << " as " << facts.colours.function(twin).sync_name
           << '\n';
    for (const ClassId twin : plan.class_twins)
        os << "twin " << facts.symbols.class_(twin).qualified_name << " as " << facts.colours.class_(twin).sync_name
           << '\n';
    return out;
}

} // namespace sqlawait
