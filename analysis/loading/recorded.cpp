#include "analysis/loading/recorded.h"

#include "llvm/ADT/STLExtras.h"

namespace sqlawait {

namespace {

/// One may be seen from a folder below, or above: "service/app/crud.py" and "app/crud.py".
bool same_file(llvm::StringRef one, llvm::StringRef other) {
    if (one.size() < other.size())
        std::swap(one, other);
    return one == other || (one.ends_with(other) && one.drop_back(other.size()).ends_with("/"));
}

bool same_class(llvm::StringRef recorded, llvm::StringRef own) {
    if (recorded.size() < own.size())
        std::swap(recorded, own);
    return recorded == own || (recorded.ends_with(own) && recorded.drop_back(own.size()).ends_with("."));
}

Node statement_around(Node node) {
    while (node.parent() && !node.parent().is_any(Kind::block, Kind::module))
        node = node.parent();
    return node;
}

} // namespace

const Module* RecordedLoads::module(llvm::StringRef path) const {
    const auto found =
        llvm::find_if(program_.modules, [&](const auto& module) { return same_file(module->source.path, path); });
    return path.empty() || found == program_.modules.end() ? nullptr : found->get();
}

LoadPath RecordedLoads::path(const RecordedLoad& load) const {
    LoadPath out;
    for (const RecordedLoad::Step& step : load.steps) {
        const auto model = llvm::find_if(models_.models(), [&](const ModelInfo& one) {
            return same_class(step.model, symbols_.class_(one.class_).qualified_name);
        });
        const RelationshipInfo* info =
            model == models_.models().end() ? nullptr : model->relationship(step.relationship);
        if (info == nullptr)
            return {};
        const PathStep next{.owner = model->class_,
                            .relationship = step.relationship,
                            .to_many = info->to_many.value_or(true),
                            .repeated = false,
                            .subclass = {}};
        if (!out.empty() && out.back().owner == next.owner && out.back().relationship == next.relationship)
            out.back().repeated = true; // of a tree
        else
            out.push_back(next);
    }
    return out;
}

std::optional<std::uint32_t> RecordedLoads::origin(const RecordedPlace& place, const LoadPath& path) const {
    const Module* file = module(place.path);
    if (file == nullptr || place.line == 0 || path.empty())
        return std::nullopt;
    std::optional<std::uint32_t> best;
    std::size_t best_size = 0;
    for (std::uint32_t id = 0; id < flow_.origins().size(); ++id) {
        const LoadOrigin& one = flow_.origins()[id];
        const bool loads = one.kind == LoadOrigin::Kind::query || one.kind == LoadOrigin::Kind::statement ||
                           one.kind == LoadOrigin::Kind::get;
        const ClassId owner = path.front().owner;
        const auto related = [&](ClassId a, ClassId b) { return llvm::is_contained(types_.linearised(a), b); };
        if (!loads || one.place.module != file->id ||
            (one.entity && !related(one.entity, owner) && !related(owner, one.entity)))
            continue;
        const Node statement = statement_around(file->tree.node(one.place.node));
        const ByteRange range = statement.range();
        const unsigned first = file->source.lines.at(range.begin).line;
        const unsigned last = file->source.lines.at(range.end - 1).line;
        if (place.line < first || place.line > last || (best && range.size() >= best_size))
            continue;
        best = id;
        best_size = range.size();
    }
    return best;
}

Place RecordedLoads::read(const Module& module, unsigned line, llvm::StringRef relationship) const {
    NodeId first = 0;
    for (NodeId id = 1; id < module.tree.size(); ++id) {
        const Node node = module.tree.node(id);
        if (module.source.lines.at(node.begin()).line != line)
            continue;
        if (node.is(Kind::attribute) && node.child(Field::attribute).text() == relationship)
            return {module.id, id};
        if (first == 0)
            first = id;
    }
    return {module.id, first};
}

std::optional<LocatedLoad> RecordedLoads::locate(const RecordedLoad& load) const {
    const Module* read_in = module(load.read.path);
    const Module* made_in = module(load.origin.path);
    if (read_in == nullptr && made_in == nullptr)
        return std::nullopt;
    LocatedLoad out;
    out.path = path(load);
    out.origin = origin(load.origin, out.path);
    const bool is_read = read_in != nullptr;
    out.read = read(is_read ? *read_in : *made_in, is_read ? load.read.line : load.origin.line,
                    load.steps.back().relationship);
    return out;
}

} // namespace sqlawait
