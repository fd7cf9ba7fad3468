#include "reports/batches.h"

#include "reports/reported.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>
#include <set>

namespace sqlawait {

namespace {

/// What one file needs of another.
struct Need {
    std::set<std::string> functions; // that it calls or hands on
    std::set<std::string> bases;     // classes that it extends
    std::set<std::string> values;    // engines and session factories
};

class Order {
  public:
    Order(const Facts& facts, const std::vector<bool>& has_work)
        : facts_(facts), has_work_(has_work), needs_(facts.program.modules.size()) {}

    std::vector<FileOrder> run() {
        std::vector<FileOrder> out(needs_.size());
        called_functions(out);
        base_classes();
        shared_values();
        components();
        number(out);
        return out;
    }

  private:
    void called_functions(std::vector<FileOrder>& out) {
        std::vector<std::set<FunctionId>> callers(needs_.size());
        std::vector<std::set<std::uint32_t>> files(needs_.size());
        for (const CallEdge& edge : facts_.calls.edges()) {
            const FunctionInfo& callee = facts_.symbols.function(edge.callee);
            const bool changes = facts_.colours.function(edge.callee).io;
            if (edge.kind == CallEdge::Kind::override_ || edge.place.module == callee.module || !changes)
                continue;
            needs_[edge.place.module.value][callee.module.value].functions.insert(name_in_module(facts_, edge.callee));
            files[callee.module.value].insert(edge.place.module.value);
            if (edge.caller)
                callers[callee.module.value].insert(edge.caller);
        }
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i].callers = static_cast<unsigned>(callers[i].size());
            out[i].calling_files = static_cast<unsigned>(files[i].size());
        }
    }

    void base_classes() {
        for (const ClassInfo& info : facts_.symbols.classes())
            for (const ClassId base : facts_.types.linearised(info.id)) {
                const ClassInfo& above = facts_.symbols.class_(base);
                if (above.module != info.module &&
                    llvm::any_of(above.methods, [&](FunctionId method) { return facts_.colours.function(method).io; }))
                    needs_[info.module.value][above.module.value].bases.insert(above.name);
            }
    }

    /// Engines and factories under the name by which another file imports them.
    void shared_values() {
        for (const auto& module : facts_.program.modules) {
            const ModuleBindings& bindings = facts_.symbols.bindings(module->id);
            for (std::uint32_t id = 0; id < bindings.definitions().size(); ++id) {
                if (bindings.definitions()[id].kind != DefinitionKind::import_name)
                    continue;
                for (const Target& target : facts_.symbols.resolve(module->id, DefinitionId(id)))
                    if (target.kind == Target::Kind::variable && target.module != module->id &&
                        facts_.colours.value(target.module, target.symbol) != nullptr)
                        needs_[module->id.value][target.module.value].values.insert(
                            facts_.symbols.bindings(target.module).symbol(target.symbol).name);
            }
        }
    }

    /// Tarjan's algorithm with a stack of its own: components come out with what they need before them.
    void components() {
        const std::size_t count = needs_.size();
        constexpr std::uint32_t unseen = 0xFFFFFFFFU;
        std::vector<std::uint32_t> index(count, unseen), low(count, 0);
        std::vector<bool> open(count, false);
        std::vector<std::uint32_t> stack;
        struct Visit {
            std::uint32_t file;
            std::map<std::uint32_t, Need>::const_iterator next;
        };
        std::vector<Visit> visits;
        std::uint32_t clock = 0;
        component_.assign(count, 0);
        const auto enter = [&](std::uint32_t file) {
            index[file] = low[file] = clock++;
            stack.push_back(file);
            open[file] = true;
            visits.push_back({file, needs_[file].begin()});
        };
        for (std::uint32_t start = 0; start < count; ++start) {
            if (index[start] != unseen)
                continue;
            enter(start);
            while (!visits.empty()) {
                Visit& visit = visits.back();
                if (visit.next != needs_[visit.file].end()) {
                    const std::uint32_t other = (visit.next++)->first;
                    if (index[other] == unseen)
                        enter(other);
                    else if (open[other])
                        low[visit.file] = std::min(low[visit.file], index[other]);
                    continue;
                }
                const std::uint32_t file = visit.file;
                visits.pop_back();
                if (!visits.empty())
                    low[visits.back().file] = std::min(low[visits.back().file], low[file]);
                if (low[file] != index[file])
                    continue;
                std::vector<std::uint32_t> members;
                do {
                    members.push_back(stack.back());
                    open[stack.back()] = false;
                    component_[stack.back()] = static_cast<std::uint32_t>(members_.size());
                    stack.pop_back();
                } while (members.back() != file);
                members_.push_back(std::move(members));
            }
        }
    }

    void number(std::vector<FileOrder>& out) {
        std::vector<unsigned> level(members_.size(), 0);
        for (std::size_t i = 0; i < members_.size(); ++i) {
            bool work = false;
            for (const std::uint32_t file : members_[i]) {
                work = work || has_work_[file];
                for (const auto& [other, need] : needs_[file])
                    if (component_[other] != i)
                        level[i] = std::max(level[i], level[component_[other]]);
            }
            level[i] += work ? 1 : 0;
            for (const std::uint32_t file : members_[i])
                if (has_work_[file])
                    describe(file, level, out[file]);
        }
    }

    void describe(std::uint32_t file, const std::vector<unsigned>& level, FileOrder& out) const {
        const std::uint32_t own = component_[file];
        out.batch = level[own];
        for (const std::uint32_t other : members_[own])
            if (other != file && has_work_[other])
                out.together.push_back(path(other));
        llvm::sort(out.together);
        // The batch right before this one is what holds it back; what it needs of earlier ones comes behind.
        std::vector<std::pair<unsigned, std::string>> reasons;
        for (const auto& [other, need] : needs_[file])
            if (component_[other] != own && has_work_[other])
                reasons.emplace_back(level[component_[other]], in_words(need) + " of " + path(other));
        llvm::stable_sort(reasons, [](const auto& a, const auto& b) { return a.first > b.first; });
        for (auto& [batch, reason] : reasons)
            out.after.push_back(std::move(reason));
    }

    [[nodiscard]] const std::string& path(std::uint32_t file) const {
        return facts_.module(ModuleId(file)).source.path;
    }

    static std::string in_words(const Need& need) {
        const auto some = [](llvm::StringRef verb, const std::set<std::string>& names) {
            std::string out = (verb + " " + *names.begin()).str();
            if (names.size() > 1)
                out += " and " + std::to_string(names.size() - 1) + " more";
            return out;
        };
        if (!need.bases.empty())
            return some("extends", need.bases);
        if (!need.functions.empty())
            return some("uses", need.functions);
        return some("uses", need.values);
    }

    const Facts& facts_;
    const std::vector<bool>& has_work_;
    std::vector<std::map<std::uint32_t, Need>> needs_; // by file: by the file that is needed
    std::vector<std::uint32_t> component_;
    std::vector<std::vector<std::uint32_t>> members_;
};

} // namespace

std::vector<FileOrder> order_files(const Facts& facts, const std::vector<bool>& has_work) {
    return Order(facts, has_work).run();
}

} // namespace sqlawait
