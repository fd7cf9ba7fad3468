// Last step of binding: what the flow found is read out into the tables.
#include "analysis/binding/flow_walker.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace sqlawait {

void Binder::finish(FlowWalker& walker) {
    using Read = FlowWalker::Read;
    Flow& flow = walker.flow();
    std::vector<DefinitionId>& pool = out_.reaching_;
    for (const Read& read : walker.reads()) {
        std::uint32_t& slot = out_.name_of_node_[read.node];
        if (slot == 0) {
            slot = static_cast<std::uint32_t>(out_.names_.size());
            out_.names_.emplace_back();
        }
        ModuleBindings::Name& name = out_.names_[slot];
        name.read = true;
        if (!read.symbol)
            continue;
        const Flow::Resolved own = flow.resolve(read.value, pool);
        name.symbol = read.symbol;
        name.reaching = {own.begin, own.size};
        bool reads_own = true;
        if (read.when == Read::Otherwise::when_empty && own.size == 0) {
            const Flow::Resolved other = flow.resolve(read.otherwise, pool);
            name.reaching = {other.begin, other.size};
        } else if (read.when == Read::Otherwise::when_unbound && own.may_be_unbound) {
            const Flow::Resolved other = flow.resolve(read.otherwise, pool);
            // A declaration without a value hides nothing.
            llvm::SmallVector<DefinitionId, 4> both(pool.begin() + own.begin, pool.begin() + own.begin + own.size);
            if (other.size > 0)
                llvm::erase_if(
                    both, [&](DefinitionId id) { return out_.definition(id).kind == DefinitionKind::declaration; });
            reads_own = !both.empty();
            both.append(pool.begin() + other.begin, pool.begin() + other.begin + other.size);
            llvm::sort(both);
            name.reaching = {static_cast<std::uint32_t>(pool.size()), static_cast<std::uint32_t>(both.size())};
            pool.insert(pool.end(), both.begin(), both.end());
            if (!reads_own)
                name.symbol = read.other_symbol;
            out_.symbols_[read.other_symbol.value].references.push_back(read.node);
        }
        // `name` may have moved to the other symbol, which has its reference.
        if (reads_own)
            out_.symbols_[read.symbol.value].references.push_back(read.node);
    }
    for (Symbol& symbol : out_.symbols_)
        llvm::sort(symbol.references);
    out_.at_end_.reserve(out_.symbols_.size());
    for (std::uint32_t i = 0; i < out_.symbols_.size(); ++i) {
        const Flow::Resolved end = flow.resolve(walker.value_at_end(SymbolId{i}), pool);
        out_.at_end_.push_back({end.begin, end.size});
    }
}

ModuleBindings Binder::bind() {
    declare();
    make_symbols();
    make_units();
    mark_shared_symbols();
    FlowWalker walker(*this);
    walker.walk();
    finish(walker);
    if (auto names = read_dunder_all(tree_, out_)) {
        out_.all_ = std::move(*names);
        out_.has_all_ = true;
    }
    return std::move(out_);
}

ModuleBindings bind(const SyntaxTree& tree) { return Binder(tree).bind(); }

ScopeId ModuleBindings::opened_by(NodeId node) const {
    const auto found = opened_by_.find(node);
    return found == opened_by_.end() ? ScopeId() : found->second;
}

SymbolId ModuleBindings::lookup(ScopeId from, llvm::StringRef name) const {
    bool sees_classes = scope(from).kind == ScopeKind::type_parameters;
    for (ScopeId at = from; at; at = next_scope(scopes_, at, sees_classes))
        if (const auto found = scope(at).by_name.find(name); found != scope(at).by_name.end())
            return found->second;
    return {};
}

} // namespace sqlawait
