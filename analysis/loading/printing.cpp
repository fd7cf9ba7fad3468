// `--print loads`.
#include "analysis/loading/loading.h"

#include "llvm/Support/raw_ostream.h"

namespace sqlawait {

std::string print_loads(const Program& program, const SymbolTable& symbols, const LoadPlan& plan) {
    std::string out;
    llvm::raw_string_ostream os(out);
    const auto text = [&](const LoadPath& path) {
        std::string joined;
        for (const PathStep& step : path) {
            joined += joined.empty() ? symbols.class_(step.owner).name : "";
            joined += step.subclass ? " as " + symbols.class_(step.subclass).name
                                    : "." + step.relationship + (step.to_many ? "[]" : "");
        }
        return joined;
    };
    const auto where = [&](Place place) {
        const Module& module = program.module(place.module);
        const LineColumn at = module.source.lines.at(module.tree.node(place.node).begin());
        return module.source.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    };
    static constexpr llvm::StringLiteral kinds[] = {"query", "statement", "get",      "constructor",
                                                    "merge", "call",      "refreshed"};
    for (const PlannedLoad& load : plan.loads()) {
        os << where(load.origin.place) << ' ' << kinds[static_cast<std::size_t>(load.origin.kind)] << " loads";
        for (const LoadPath& path : load.paths)
            os << ' ' << text(path);
        if (plan.uses_options(load.origin.place))
            os << " what its callers ask for";
        if (load.through)
            os << " through the options of " << symbols.function(load.through).qualified_name;
        os << '\n';
    }
    for (const auto& [site, refreshes] : plan.refreshes())
        for (const PlannedRefresh& refresh : refreshes) {
            os << where(site) << " refresh of " << (refresh.each ? "each of " : "") << refresh.variable
               << (refresh.optional ? " or None" : "") << " by " << refresh.session << " loads";
            if (refresh.columns)
                os << " columns";
            for (const std::string& name : refresh.column_names)
                os << ' ' << symbols.class_(refresh.entity).name << '.' << name;
            for (const LoadPath& path : refresh.paths)
                os << ' ' << text(path);
            os << '\n';
        }
    for (const RelationshipRead& read : plan.reads())
        os << where(read.place) << " read " << text(read.path) << ": " << read.status << '\n';
    for (const RecordedRead& read : plan.recorded())
        os << where(read.place) << " seen " << read.count << " times " << read.path << ": " << read.status << '\n';
    return out;
}

} // namespace sqlawait
