#include "reports/checklist.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace sqlawait {

namespace {

/// By module: in which batch it can be done, from 1. Imports between modules that hold no work don't delay.
std::vector<unsigned> batches(const Facts& facts, const std::vector<bool>& has_work) {
    const std::size_t count = facts.program.modules.size();
    std::vector<unsigned> level(count, 0); // work that lies below, this module's own included
    enum class State : std::uint8_t { fresh, open, done };
    std::vector<State> state(count, State::fresh);
    struct Visit {
        std::uint32_t module;
        std::size_t next_import;
    };
    std::vector<Visit> stack;
    for (std::uint32_t start = 0; start < count; ++start) {
        if (state[start] != State::fresh)
            continue;
        stack.push_back({start, 0});
        state[start] = State::open;
        while (!stack.empty()) {
            Visit& visit = stack.back();
            const llvm::ArrayRef<ModuleId> imports = facts.symbols.imports(ModuleId(visit.module));
            if (visit.next_import < imports.size()) {
                const std::uint32_t imported = imports[visit.next_import++].value;
                if (state[imported] == State::fresh) {
                    state[imported] = State::open;
                    stack.push_back({imported, 0});
                }
                continue;
            }
            for (const ModuleId imported : imports) // of a cycle the part that is still open does not count
                if (state[imported.value] == State::done)
                    level[visit.module] = std::max(level[visit.module], level[imported.value]);
            level[visit.module] += has_work[visit.module] ? 1 : 0;
            state[visit.module] = State::done;
            stack.pop_back();
        }
    }
    return level;
}

} // namespace

void ChecklistCounts::add(const ReportedFinding& finding) {
    if (!finding.counts)
        return;
    ++sites;
    if (finding.status != FindingStatus::remaining)
        ++kept;
    else
        ++(finding.fixed ? automatic : person);
}

Checklist make_checklist(const Facts& facts, std::vector<ReportedFinding> findings) {
    Checklist out;
    out.program_files = facts.program.modules.size();
    out.problems = facts.program.problems;
    for (const FunctionInfo& function : facts.symbols.functions()) {
        const ColouredFunction& colour = facts.colours.function(function.id);
        out.functions += function.is_lambda ? 0 : 1;
        out.turn_async += colour.turns_async && colour.form.async && colour.refusal.empty() ? 1 : 0;
        out.twins += colour.form.twin() && colour.io ? 1 : 0;
    }
    std::map<std::string, ChecklistFile> files;
    for (ReportedFinding& finding : findings) {
        out.total.add(finding);
        if (finding.counts) {
            out.by_operation[finding.kind].add(finding);
            out.by_layer[layer_of(finding.path).str()].add(finding);
        }
        ChecklistFile& file = files[finding.path];
        file.path = finding.path;
        file.layer = layer_of(finding.path).str();
        file.counts.add(finding);
        if (!finding.counts && finding.status != FindingStatus::information)
            ++file.other_changes;
        else
            file.findings.push_back(std::move(finding));
    }
    std::vector<bool> has_work(facts.program.modules.size());
    for (const auto& module : facts.program.modules)
        has_work[module->id.value] = files.count(module->source.path) != 0;
    const std::vector<unsigned> level = batches(facts, has_work);
    for (const auto& module : facts.program.modules)
        if (const auto found = files.find(module->source.path); found != files.end()) {
            found->second.batch = level[module->id.value];
            out.files.push_back(std::move(found->second));
        }
    llvm::stable_sort(out.files, [](const ChecklistFile& a, const ChecklistFile& b) {
        return std::tie(a.batch, a.path) < std::tie(b.batch, b.path);
    });
    return out;
}

} // namespace sqlawait
